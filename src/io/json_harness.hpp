#pragma once

#include "io/result_findings.hpp"

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

namespace exahca::io {

/// Reads files of results as lm-evaluation-harness writes them, and remembers what was chosen of them.
class HarnessResults
{
public:
    /// \param preferred  metric, before all others; empty: none
    /// \param asked_for  tasks that are taken although a group has their scores. All have to outlive this
    HarnessResults(std::string const& preferred, std::vector<std::string> const& asked_for, ResultFindings& findings)
        : preferred_(preferred), asked_for_(asked_for), findings_(findings)
    {
    }

    /// Takes what one object holds, its member `results`.
    /// \param file  for messages. \returns whether it is of this kind. \throws InvalidInput  when it does not name its
    /// model
    [[nodiscard]] bool take(nlohmann::json const& content, std::string const& file);
    /// Lines for the user: metrics that were chosen, tasks that were left out.
    void add_notes(std::vector<std::string>& notes) const;

private:
    struct Metric
    {
        std::string name;
        std::string filter;
        double value;
    };
    /// Why a task is no benchmark.
    enum class Part { of_group, whole };
    using Counts = std::map<std::string, std::int64_t>;

    [[nodiscard]] bool is_asked_for(std::string const& task) const;
    [[nodiscard]] static std::vector<Metric> metrics_of(nlohmann::json const& values);
    [[nodiscard]] Metric const& choose(std::vector<Metric> const& metrics) const;
    [[nodiscard]] static std::map<std::string, std::set<std::string>> scored_groups(nlohmann::json const& content,
                                                                                    nlohmann::json const& results);
    [[nodiscard]] std::set<std::string> metrics_used(nlohmann::json const& results,
                                                     std::set<std::string> const& tasks) const;
    [[nodiscard]] std::map<std::string, Part> parts_of_groups(nlohmann::json const& content,
                                                              nlohmann::json const& results) const;
    void note_choice(std::string const& task, std::vector<Metric> const& metrics, Metric const& chosen);
    [[nodiscard]] static std::string choice_text(std::string const& task, Counts const& chosen,
                                                 std::set<std::string> const& others);

    std::string const& preferred_;
    std::vector<std::string> const& asked_for_;
    ResultFindings& findings_;
    std::map<std::string, std::pair<Counts, std::set<std::string>>> choices_; // chosen, with how often; others
    std::set<std::string> parts_left_out_, wholes_left_out_;
};

} // namespace exahca::io

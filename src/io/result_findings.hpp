#pragma once

#include "exahca/io/csv_import.hpp"

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace exahca::io {

/// One result before it is known which of several of its kind counts.
struct Finding
{
    double date = 0; ///< seconds; 0: unknown
    std::string model;
    std::string domain;
    std::string data_set; ///< Every Eval Ever alone
    std::string task;
    double score = 0;           ///< NaN: known to be missing
    bool is_share = false;      ///< between 0 and 1 by what it is
    double most = std::nan(""); ///< the highest there can be where the lowest is 0, by what it is
};

/// Results of several files of any kind, on their way into a score matrix.
class ResultFindings
{
public:
    /// \param options  have to outlive this
    explicit ResultFindings(CsvImportOptions const& options) : options_(options) {}

    /// Of two results of one date the one that was added last counts.
    void add(Finding finding) { findings_.push_back(std::move(finding)); }
    void note_lower_is_better(std::string const& task) { lower_is_better_.insert(task); }

    /// Puts the matrix into `result`, and the notes on it behind those that are there. Adds nothing any more.
    /// \param name  of the import, for messages. \throws InvalidInput, UsageError  as import_csv does
    void finish(CsvImportResult& result, std::string const& name);

private:
    /// Names of benchmarks by data set and task.
    using Labels = std::map<std::pair<std::string, std::string>, std::string>;

    /// What all results of one benchmark are.
    struct Scale
    {
        bool all_shares = true;       ///< between 0 and 1, by their metric or by their range
        bool all_ranges = true;       ///< every one says how high it can be
        std::set<double> ranges = {}; ///< different ones of those
    };

    [[nodiscard]] Labels labels_of_tasks() const;
    void take_codes_out(Labels const& labels, CsvImportResult& result);
    [[nodiscard]] std::string domain_of(Finding const& finding) const;
    [[nodiscard]] std::map<std::string, Scale> scales_of_benchmarks(Labels const& labels) const;
    [[nodiscard]] static double factor_of(Finding const& finding, Scale const& scale);

    CsvImportOptions const& options_;
    std::vector<Finding> findings_;
    std::set<std::string> lower_is_better_; // tasks
};

} // namespace exahca::io

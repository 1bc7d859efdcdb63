#pragma once

#include "exahca/experiment/experiment.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// Adds the group /answers: the brief fields of every setting's estimate as arrays over dimension `setting`, those of
/// several numbers of base models and factors padded with missing values to the largest.
void add_answers(DataGroup& root, Experiment const& experiment, RecordStore const& records);

/// The group /answers of a results file. Files of few settings, and of earlier programs, have none.
class AnswersTable
{
public:
    /// \throws InvalidInput  when its arrays do not fit together
    explicit AnswersTable(DataGroup const& results);

    [[nodiscard]] explicit operator bool() const { return !status_.empty(); }
    /// Settings in it.
    [[nodiscard]] std::size_t size() const { return status_.size(); }
    /// A setting's record of brief layout; nothing when a field is missing or smaller than the setting needs.
    /// \param setting  its position in the file, below size()
    [[nodiscard]] std::optional<TaskRecord> record(std::size_t setting, RecordLayout const& brief) const;

private:
    struct Column
    {
        std::vector<std::int64_t> shape; ///< without the setting
        std::vector<double> values;
    };

    std::vector<std::int64_t> status_;
    std::vector<std::string> reason_;
    std::map<std::string, Column> columns_;
};

} // namespace exahca

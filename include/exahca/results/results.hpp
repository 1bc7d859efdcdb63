#pragma once

#include "exahca/core/format_version.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/score_matrix.hpp"
#include "exahca/results/data_tree.hpp"

#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// Version of the results file's layout that is written. Readers refuse a newer major one, and open earlier ones from
/// oldest_results_major on; only the newest is gone on with (--resume, merge).
inline constexpr FormatVersion results_format{2, 2};
inline constexpr std::int64_t oldest_results_major = 1;

/// What the results say of the data they were computed from.
struct InputDescription
{
    std::string file;        ///< as the user named it; provenance
    std::string fingerprint; ///< of names and scores
};

/// Puts all records, the tables derived from them and the description of the input into the form that is stored.
///
/// Derived tables are recomputed from the records each time, in task order, so that they do not depend on how the run
/// went. Group /provenance is left to the caller.
[[nodiscard]] DataGroup build_results(Experiment const& experiment, RecordStore const& records,
                                      ScoreMatrix const& scores, InputDescription const& input);

/// The experiment that a results file or a snapshot holds, for --resume and for readers.
/// \throws InvalidInput  when the tree is not one of a results file
[[nodiscard]] Experiment read_experiment(DataGroup const& results);

/// The names of its settings, in their order, as the file has them: a setting's groups bear its name. Other versions
/// made names in other ways.
/// \throws InvalidInput  when the tree is not one of a results file
[[nodiscard]] std::vector<std::string> const& stored_setting_names(DataGroup const& results);
/// What a group such as "estimate" or "landscape" holds of one setting; null where there is nothing. Names of settings
/// may hold slashes, so they are never part of a path.
[[nodiscard]] DataGroup const* group_of_setting(DataGroup const& results, std::string_view parent,
                                                std::string_view setting);

/// What was taken from earlier results.
struct RestoredRecords
{
    std::int64_t taken = 0;
    /// Settings whose estimate was not proven under another limit of its search: to be computed anew, with all that
    /// was compared with it.
    std::vector<std::string> unproven{};
};

/// Copies every finished record of `results` that `experiment` asks for too: of the settings of equal content, whatever
/// their names and order. Where a setting's limits of the search differ, what is proven is taken, which any limit that
/// suffices gives, and nothing else. Estimates without details are taken where `records` keeps those of the best alone.
/// \throws InvalidInput  when the input's fingerprint or the seed differ, naming the field; for results of another
/// major version, or with hyperparameters that this program does not know
RestoredRecords restore_records(DataGroup const& results, Experiment const& experiment, std::string const& fingerprint,
                                RecordStore& records);

} // namespace exahca

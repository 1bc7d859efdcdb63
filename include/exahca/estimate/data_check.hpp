#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/model/score_matrix.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Parameters that one domain adds to a setting's model: those that only its own models can determine
/// (Analyser::own_parameters).
[[nodiscard]] Index own_parameters(Setting const& setting, Index benchmarks);

/// Benchmarks that add nothing within these domains (find_column_defects), and those that hardly vary there: a standard
/// deviation below 1/200 of the median one of the others; domains with fewer models than twice their own parameters;
/// benchmarks on scales of different kinds (group_by_scale).
/// Sentences without semicolon and full stop, for the record of an estimate.
///
/// \param setting  whose estimator decides what comes of a defect
/// \param domains  of that setting, screened
[[nodiscard]] std::vector<std::string> column_warnings(Setting const& setting, std::span<Domain const> domains,
                                                       std::span<std::string const> benchmarks);

/// Refuses, before anything is computed, what these scores cannot give, and says what they can hardly give.
///
/// Refused for every estimator: a domain of which, without models that the estimator cannot use and after screening,
/// fewer than fewest_models(d) models are left. Refused for `joint` with exact scores and a warning for `published`: a
/// benchmark that is constant within a domain, or a linear combination of others. There some direction of score space
/// has no variance in a domain, and a subspace that contains it has an unbounded likelihood as long as other domains
/// vary in it; where none does, the likelihood counts a dimension that is not there. Noise-aware fits take such a
/// constant for missing (classify_scores), which is a warning; refused is what leaves a domain without m + 1 benchmarks
/// that vary, or varies nowhere. A warning: a benchmark that hardly varies (column_warnings), a domain with fewer
/// models than twice its own parameters, and one of which, with exact scores, bootstrap resamples often have no fit.
///
/// \param settings   validated; their domains exist
/// \param resamples  bootstrap replicates are asked for
/// \return sentences for the user, each once, naming domains, benchmarks and numbers
/// \throws UsageError  for what is refused, naming everything at once, with what would do
[[nodiscard]] std::vector<std::string> check_data(std::span<Setting const> settings, ScoreMatrix const& scores,
                                                  bool resamples = false);

} // namespace exahca

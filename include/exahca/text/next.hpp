#pragma once

#include "exahca/profile/next_benchmark.hpp"
#include "exahca/text/fit_facts.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// What one score more would say of a model of that name.
struct NamedGain
{
    std::string model; ///< empty: a new model, of which nothing is known
    std::size_t domain = 0;
    NextGain gain;
};

/// What `exahca next` says.
struct NextReport
{
    FitFacts fit;
    std::string target;        ///< what is to be known: "all capabilities", "z1", "IFEval"
    std::vector<double> costs; ///< of one score of each benchmark; all 1 where nobody says
    bool has_costs = false;
    std::vector<NamedGain> first; ///< of new models, by domain and benchmark
    std::vector<NamedGain> gains; ///< of the models that are asked about, in their order
    std::int64_t models = 0;      ///< asked about
    Redundancy redundancy;
};

/// What to measure, by benchmark, and for which models most.
/// \param top    models to list, at least 1
/// \param named  models were asked about by name: where none of them misses a score, that alone is said
[[nodiscard]] std::string to_text(NextReport const& report, std::size_t top, bool named = false);
/// One line per missing score; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(NextReport const& report);
/// What benchmarks have in common, by base model.
[[nodiscard]] std::string redundancy_text(NextReport const& report);
/// One line per benchmark and base model.
[[nodiscard]] std::string redundancy_csv(NextReport const& report);
[[nodiscard]] std::string to_json(NextReport const& report);

} // namespace exahca

#pragma once

#include "exahca/profile/model_ranks.hpp"
#include "exahca/text/fit_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// A model with its ranks.
struct RankedModel
{
    std::string name;
    std::size_t domain = 0; ///< of the setting
    double mean = 0;        ///< posterior mean of the quantity; of domains without known mean less that mean
    std::optional<ModelRank> among_all; ///< none: its domain cannot be compared with others
    ModelRank among_siblings;           ///< the models of its domain
};

/// What `exahca models --rank` says.
struct RankReport
{
    FitFacts fit;
    std::size_t quantity = 0;           ///< of quantity_names
    int draws = 0;                      ///< RankOptions
    std::int64_t all = 0;               ///< models that are ranked together
    std::vector<std::int64_t> siblings; ///< models of each domain
    std::vector<RankedModel> models;    ///< those asked for, best expected rank first
};

/// \param top  models at either end, at least 1
[[nodiscard]] std::string to_text(RankReport const& report, std::size_t top);
/// One line per model; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(RankReport const& report);
[[nodiscard]] std::string to_json(RankReport const& report);

} // namespace exahca

#pragma once

#include "exahca/profile/model_profiles.hpp"
#include "exahca/profile/prediction_check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// A missing score with the names of its model and base model.
struct NamedPrediction
{
    std::string model;
    std::size_t domain = 0; ///< of the setting
    PredictedScore score;
};

/// What `exahca predict` says.
struct PredictionReport
{
    std::string setting;
    std::vector<std::string> benchmarks, domains;
    std::vector<NamedPrediction> predictions;
    std::int64_t unpredicted =
        0; ///< missing scores of benchmarks that their base model lacks or that are constant there
    std::optional<PredictionCheck> check;
};

/// \param top  how many predictions are listed; the rest is counted
[[nodiscard]] std::string to_text(PredictionReport const& report, std::size_t top);
/// One line per missing score; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(PredictionReport const& report);
[[nodiscard]] std::string to_json(PredictionReport const& report);

} // namespace exahca

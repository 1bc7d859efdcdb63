#pragma once

#include "exahca/profile/model_profiles.hpp"
#include "exahca/text/fit_facts.hpp"

#include <string>
#include <vector>

namespace exahca {

/// A model of a profile report.
struct ProfiledModel
{
    std::string name;
    std::size_t domain = 0;     ///< of the setting
    bool fitted = false;        ///< whether the fit used it: not screened out, and not a new one
    std::vector<double> scores; ///< NaN where missing
    ModelProfile profile;
};

/// What `exahca models` says.
struct ProfileReport
{
    FitFacts fit;
    Matrix factor_means; ///< see factor_means
    std::vector<ProfiledModel> models;
};

/// The extremes of every capability, and the scores that the others of their models explain least.
/// \param top  how many of each, at least 1
[[nodiscard]] std::string to_text(ProfileReport const& report, std::size_t top);
/// Every model in full.
[[nodiscard]] std::string to_cards(ProfileReport const& report);
/// One line per model; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(ProfileReport const& report);
[[nodiscard]] std::string to_json(ProfileReport const& report);

} // namespace exahca

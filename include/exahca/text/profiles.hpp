#pragma once

#include "exahca/profile/profile_group.hpp"
#include "exahca/text/fit_facts.hpp"

#include <string>
#include <vector>

namespace exahca {

/// What `exahca models` says.
struct ProfileReport
{
    FitFacts fit;
    Matrix factor_means; ///< see factor_means
    std::vector<ProfiledModel> models;
};

/// \param models  of the model's domains, with their profiles
[[nodiscard]] ProfileReport profile_report(StoredModel const& model, CapabilityNames const& capabilities,
                                           std::vector<ProfiledModel> models);
/// The profiles that a results file holds, by setting. \throws InvalidInput  when they are damaged
[[nodiscard]] std::vector<ProfileReport> stored_profiles(DataGroup const& results, CapabilityNames const& capabilities);

/// The models by falling posterior mean of a factor, equal ones in their order.
[[nodiscard]] std::vector<ProfiledModel const*> ranked_by(ProfileReport const& report, std::size_t factor);

/// One score beside what the others of its model say.
struct Surprise
{
    ProfiledModel const* model;
    std::size_t benchmark;
    double deviations;
};
/// Every score that is known exactly; those furthest from what the others of their model say first.
[[nodiscard]] std::vector<Surprise> surprises_of(ProfileReport const& report);
/// How many of them lie far from there, and how many would if the model held.
[[nodiscard]] std::string far_scores_text(std::vector<Surprise> const& surprises);
/// What the numbers mean, and what is not in the intervals.
[[nodiscard]] std::string profile_notes(ProfileReport const& report);
/// "97", or "99.8" where nobody is above all models that the fit can imagine.
[[nodiscard]] std::string percentile_text(double percentile);

/// The extremes of every capability, and the scores that the others of their models explain least.
/// \param top  how many of each, at least 1
[[nodiscard]] std::string to_text(ProfileReport const& report, std::size_t top);
/// Every model in full.
[[nodiscard]] std::string to_cards(ProfileReport const& report);
/// One line per model; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(ProfileReport const& report);
[[nodiscard]] std::string to_json(ProfileReport const& report);

} // namespace exahca

#pragma once

#include "exahca/profile/model_profiles.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// A model of one of a setting's base models, and what its scores say.
struct ProfiledModel
{
    std::string name;
    std::size_t domain = 0;     ///< of the setting
    bool fitted = false;        ///< whether the fit used it: not screened out, and not a new one
    std::vector<double> scores; ///< NaN where missing
    ModelProfile profile;
    Index row = 0; ///< in the table that it stands in, from 0
};

/// What profiles are made of, the fitted model with its resamples and the scores, as a digest: 32 hexadecimal digits.
/// Profiles of equal digests are equal.
/// \param scores  digest of the scores that were fitted
[[nodiscard]] std::string profile_source(StoredModel const& model, std::string const& scores);

/// Puts the profiles of a setting into the results, as group /models/SETTING (docs/file_format.md), instead of those
/// that are there. Settings stand in the order of the file.
/// \param models  all models of the setting's base models in the scores that were fitted
void store_profiles(DataGroup& results, StoredModel const& model, std::span<ProfiledModel const> models);

/// Settings of which the results hold profiles, in the file's order.
[[nodiscard]] std::vector<std::string> settings_with_profiles(DataGroup const& results);

/// The profiles of a setting. \pre `model` is read from these results, and its setting is one of settings_with_profiles
/// \throws InvalidInput  when datasets are missing, of another shape or do not fit each other
[[nodiscard]] std::vector<ProfiledModel> read_profiles(DataGroup const& results, StoredModel const& model);

/// Takes over profiles from earlier results of the same scores: those of settings whose fitted model, with its
/// resamples, is the same to the bit. What is there already stays.
/// \param profiles  group /models of the earlier results
/// \returns the settings whose profiles would say something else now; they are left out
std::vector<std::string> keep_profiles(DataGroup const& profiles, DataGroup& results);

/// Says that profiles were left out, and how to have new ones.
/// \param settings  whose profiles they were, at least one. \param file  the results file, as the user names it
[[nodiscard]] std::string changed_profiles_text(std::vector<std::string> const& settings, std::string const& file);

} // namespace exahca

#pragma once

#include "exahca/estimate/joint_estimator.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What a user should know before trusting an estimate: data that identify little, and steps that ended early.
/// \param names       of the domains
/// \param benchmarks  names, or empty: they are numbered from 1
/// \returns sentences without a semicolon and without the full stop
[[nodiscard]] std::vector<std::string> joint_warnings(JointContext const& context, std::span<std::string const> names,
                                                      std::span<std::string const> benchmarks,
                                                      JointEstimate const& estimate);

/// Adds what is to be said of components that look Gaussian: ICA tells components apart as long as at most one is. One
/// sentence for all domains with equally many.
/// \param gaussian  per domain, how many of its \p factors components do
void warn_of_gaussian_components(Index factors, std::span<Index const> gaussian, std::span<std::string const> names,
                                 std::vector<std::string>& warnings);

} // namespace exahca

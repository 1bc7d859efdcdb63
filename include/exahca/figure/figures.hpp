#pragma once

#include "exahca/figure/svg.hpp"
#include "exahca/read/details.hpp"
#include "exahca/text/profiles.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Drawings of a setting that has an estimate. Each states its message in its description.

inline constexpr double drawing_width = 350; ///< fits a phone of 390 pixels

/// The causal graph of a domain, first factor on top; weights stand at the arrows up to four factors.
[[nodiscard]] Svg draw_graph(SettingSummary const& setting, DomainSummary const& domain);

/// Coloured cells with numbers: rows benchmarks, columns factors.
/// \param largest  value of full colour, so that drawings of one family can share it
[[nodiscard]] Svg draw_heat_map(std::string const& title, std::string const& meaning,
                                std::vector<std::string> const& benchmarks, Rows const& values, double largest);

/// Angles between the subspaces of domains, in degrees, as a table of shades.
[[nodiscard]] Svg draw_angles(SettingSummary const& setting, Rows const& angles);

/// Support level by level, and of the whole order, with Wilson intervals.
[[nodiscard]] Svg draw_support(BootstrapSummary const& bootstrap, SettingDetails const& details);
/// Share of the directions that resamples give. \pre there are resamples
[[nodiscard]] Svg draw_groups(SettingSummary const& setting);
/// The optima of the joint likelihood: the one shown, then by how far they are behind it.
[[nodiscard]] std::vector<OptimumSummary const*> nearest_first(JointSummary const& joint);
/// How far behind the one shown each optimum of the joint likelihood lies.
[[nodiscard]] Svg draw_optima(JointSummary const& joint);

/// Total effect of one factor on another in every domain, with intervals.
[[nodiscard]] Svg draw_effects(SettingSummary const& setting, SettingDetails const& details, std::size_t cause,
                               std::size_t effect);

/// Candidate orders: MIC of the start against log-likelihood of the fit. Not for an empty landscape.
[[nodiscard]] Svg draw_landscape(Landscape const& landscape, std::string const& title);

/// Base models that a map shows, of more those that the good settings favour; and kinds of settings that are drawn.
inline constexpr std::size_t most_mapped_models = 40, most_drawn_families = 24;

/// How much more often the good settings hold each pair of base models than all settings of the family do, as shades;
/// the diagonal has the single base models.
[[nodiscard]] Svg draw_base_model_map(Overview const& overview, BaseModelMap const& map);
/// Distribution of the MIC over the settings of each family: lowest, middle half with median, 5th and 95th percentile,
/// highest.
[[nodiscard]] Svg draw_mic_by_family(Overview const& overview);

/// More models than these make a picture that nobody can read, and a large file.
inline constexpr std::size_t most_drawn_models = 2000;

/// Models in the planes of their first three capabilities, or two, side by side: posterior means with the mean of the
/// base model, a look for each base model. Readers who point at a model see its name, and where it is in every plane.
/// \param shown  positions of the models that are drawn, at least one, all with finite means
/// \pre the setting has two factors or more
[[nodiscard]] Svg draw_models(ProfileReport const& report, std::span<std::size_t const> shown);

/// MIC of broken or uncontrolled data, with the observed one as a line.
[[nodiscard]] Svg draw_histogram(NullDistribution const& null, double observed);

} // namespace exahca

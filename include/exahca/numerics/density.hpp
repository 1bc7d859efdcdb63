#pragma once

#include "exahca/numerics/matrix.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace exahca {

/// Families of source densities (method.md, section 5). All integrate to one; the scale of a source lives elsewhere.
enum class DensityFamily {
    sech,     ///< -log pi - log cosh s
    gauss,    ///< standard normal
    bimodal,  ///< two unit normals at +-1: -log(2 pi)/2 - (s^2+1)/2 + log cosh s
    extended, ///< the best of the three above for every source; resolved before anything is evaluated
    sas,      ///< sinh-arcsinh normal (Jones and Pewsey 2009): eps, log delta, loc
    mog2,     ///< mixture of two Gaussians: logit b_1 (b_2 = 0); mu_1, mu_2; log sigma_1, log sigma_2
    mog3,     ///< mixture of three Gaussians: logits b_1, b_2 (b_3 = 0); mu_1 .. mu_3; log sigma_1 .. log sigma_3
};

/// The family's name on the command line and in results.
[[nodiscard]] std::string_view density_name(DensityFamily family);
/// The family of that name; nothing for an unknown one.
[[nodiscard]] std::optional<DensityFamily> density_of_name(std::string_view name);

/// How many numbers describe the shape of one source: 0, 3 (sas), 5 (mog2), 8 (mog3).
[[nodiscard]] Index shape_count(DensityFamily family);
/// Shape parameters that count in AIC and BIC: 0, 3, 4, 7; one scale of a mixture repeats the source's own.
[[nodiscard]] Index counted_shapes(DensityFamily family);
/// Whether the shapes can shift the source, which the domain's mean can do as well.
[[nodiscard]] bool has_location(DensityFamily family);

/// Sum of log f over the values of one source.
///
/// \param s               values of the source, any number
/// \param shapes          shape_count(family) numbers
/// \param score           out: d log f / ds of every value, same length as s
/// \param shape_gradient  out: the sum's derivatives with respect to the shapes, shape_count(family) numbers
/// \pre family is not extended
/// The result may be infinite or not a number when s or shapes are far outside any sensible range. Same bits on every
/// x86-64 processor.
double sum_log_density(DensityFamily family, std::span<double const> s, std::span<double const> shapes,
                       std::span<double> score, std::span<double> shape_gradient);

/// Penalty on the shapes of one source: half the sum of squares, logits and means of mixtures divided by 2 first. Keeps
/// the likelihood bounded when rows repeat. Components of mixtures narrower than e^-2.5 (0.08 of a standard deviation)
/// cost 100 (log sigma + 2.5)^2 more: scores that pile up on one value would otherwise draw a component onto it.
///
/// Adds its derivatives to `gradient` (shape_count(family) numbers).
double shape_penalty(DensityFamily family, std::span<double const> shapes, std::span<double> gradient);

/// Shapes to start from for one source of about unit variance and zero mean.
///
/// Mixtures: 25 EM steps with the penalty's pseudo-counts from each of the fixed starts of method.md (section 5, step
/// 4), the one of highest penalised likelihood. sas: eps 0, log delta -0.2, loc 0.
[[nodiscard]] Vector starting_shapes(DensityFamily family, std::span<double const> s);

} // namespace exahca

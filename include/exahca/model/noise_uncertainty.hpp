#pragma once

#include "exahca/model/noise_likelihood.hpp"

namespace exahca {

/// Standard deviation of log psi where nothing but the shapes of sources tells it (noise_covariance). Measured on
/// simulated leaderboards whose sources are no mixtures of Gaussians (docs/noise.md): the fitted standard deviation of
/// such noise was off by a factor of about exp(.6), and resamples, which share the shapes, did not show it.
inline constexpr double shape_log_variance_error = 1.2;

/// How well the noise of a fit is known: covariance of log psi_j, the free part of the noise variances.
///
/// Covariances tell psi through what is outside of the span of the factors. In domain k, whitened by its noise,
///
///     u = N' Psi_k^(-1/2) (x - mu_k) ~ N(0, I),   N an orthonormal basis of the complement of Psi_k^(-1/2) L,
///
/// whatever the sources are, and its Fisher information on log psi is I_ij = sum_k n_k/2 a_ki a_kj (N N')_ij^2 with
/// the free part's share a_kj of the variance. A benchmark whose noise lies in the span (leverage 1 - (N N')_jj near 1)
/// is told by the shapes of the sources alone, which no sample of any size makes right where the model's shapes are
/// not the sources' own; this counts as one observation of log psi_j with shape_log_variance_error. So the result is
/// (I + 1/shape_log_variance_error^2)^-1. Uncertainty of the loadings L is not in it.
///
/// \param counts  known scores, domains x benchmarks; for two benchmarks the geometric mean stands for those of both
/// \returns benchmarks x benchmarks
[[nodiscard]] Matrix noise_covariance(NoiseParameters const& parameters, Matrix const& counts);

} // namespace exahca

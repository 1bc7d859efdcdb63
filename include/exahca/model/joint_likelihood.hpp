#pragma once

#include "exahca/model/centred_domain.hpp"
#include "exahca/numerics/density.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Everything a joint fit estimates but means and residual scales, which have closed forms (method.md, section 5).
struct JointParameters
{
    Matrix subspace;             ///< V, factors x benchmarks, full rank; y = V (x - mu_k)
    std::vector<Matrix> sources; ///< T_k per domain, factors x factors, invertible; s = T_k y
    std::vector<Matrix> shapes;  ///< per domain shape_count x factors: one column of shapes per source
    std::vector<std::vector<DensityFamily>> families; ///< per domain and source; never extended
    Vector log_psi; ///< logarithms of the residual metric D, one per benchmark; empty: isotropic, D = I

    [[nodiscard]] Index factors() const { return subspace.rows(); }
};

/// Derivatives of the log likelihood, shaped like the parameters.
struct JointGradient
{
    Matrix subspace;
    std::vector<Matrix> sources; ///< full matrices; a triangular model uses the upper triangle
    std::vector<Matrix> shapes;
    Vector log_psi; ///< empty when the parameters are isotropic
};

/// The likelihood of all domains, residual scales s_k profiled out.
///
///     l = sum_k [ sum_rows sum_j log f_kj(s_j) + n_k log|det T_k| + (n_k/2) log det Q
///                 - (n_k/2) sum_i log psi_i - (n_k (d-m)/2) (log(2 pi s_k^2) + 1) ],   Q = V D V'
///     s_k^2 = r_k/(d-m),   r_k = tr(D^-1 S_k) - tr(Q^-1 V S_k V')
///
/// A proper density on score space, so values compare across orders and numbers of factors on the same rows. With m = d
/// there is no residual term and the metric is ignored. Source: method.md, section 5.
class JointLikelihood
{
public:
    /// Keeps a reference to the domains, which must outlive it. \pre at least one domain, equal numbers of benchmarks
    explicit JointLikelihood(std::span<CentredDomain const> domains);

    /// l and its gradient, without the penalty on shapes.
    ///
    /// The result is minus infinity or not a number where V or a T_k is singular or the subspace leaves no residual.
    /// Not const: uses scratch space, so one object serves one thread.
    double evaluate(JointParameters const& parameters, JointGradient& gradient);

    [[nodiscard]] std::span<CentredDomain const> domains() const { return domains_; }

private:
    double add_sources(std::size_t k, JointParameters const& parameters, JointGradient& gradient);
    double add_residuals(JointParameters const& parameters, JointGradient& gradient) const;

    std::span<CentredDomain const> domains_;
    Vector values_, scores_, coefficients_, weighted_; // scratch
};

/// Sum of the penalties on all shapes; adds minus its derivatives to `gradient.shapes`, so that the gradient becomes
/// that of l minus the penalty.
double subtract_penalty(JointParameters const& parameters, JointGradient& gradient);

/// The rows' shares of l at these parameters, per domain: they sum to it (up to rounding).
///
///     l_i = sum_j log f_kj(s_ij) + log|det T_k| + (log det Q - sum_j log psi_j)/2
///           - (d-m)/2 log(2 pi s_k^2) - q_i / (2 s_k^2),   q_i = x_i' D^-1 x_i - (V x_i)' Q^-1 (V x_i)
[[nodiscard]] std::vector<Vector> row_log_likelihoods(std::span<CentredDomain const> domains,
                                                      JointParameters const& parameters);

/// Residual variance s_k^2 of every domain at these parameters, in units of D; zeros when m = d.
[[nodiscard]] Vector residual_variances(std::span<CentredDomain const> domains, JointParameters const& parameters);

} // namespace exahca

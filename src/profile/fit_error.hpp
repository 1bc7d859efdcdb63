#pragma once

#include "exahca/model/incomplete_scores.hpp"
#include "exahca/profile/stored_model.hpp"

#include <vector>

namespace exahca {

/// What the noise of a domain may be, and its factors with it.
///
/// How well log psi is known, StoredModel::noise_covariance says. Along each of its eigenvectors two nodes at +-sqrt(3)
/// standard deviations, with the fit itself between them, integrate over it (Gauss-Hermite, weights 1/6, 2/3, 1/6).
/// With another noise the same covariances of scores make other factors: where Delta_k is added to the noise variances,
/// the factors' covariance P_k = R_k C_k R_k' becomes P_k - W Delta_k W' (so much of the span's variance was noise),
/// and with it the posterior mean and variance of a row, here in their linear, Gaussian form:
///
///     K = P L_o' (L_o P L_o' + Psi_o)^-1,   f = K (x - E x)_o,   V = P - K L_o P,
///
/// o the observed scores; those that are cut off count as missing. Where Delta would take more than nineteen twentieths
/// of any factor's variance it is shortened.
struct NoiseNodes
{
    struct Node
    {
        Vector noise;   ///< variances, one per benchmark
        Matrix factors; ///< covariance of the factors among the domain's models
    };

    /// Of domain k; no nodes where the noise counts as known.
    NoiseNodes(StoredModel const& model, std::size_t k);

    Node fitted;
    std::vector<Node> others;
    Matrix loadings; ///< benchmarks x factors
    Vector mean;     ///< of the domain's scores
};

/// What the error of the fitted noise does to factors, or what is linear in them, of models of one domain and one
/// pattern of known scores.
class FitError
{
public:
    /// \param readout  quantities x factors: each quantity is a weighted sum of factors, and a constant
    FitError(NoiseNodes const& nodes, RowPattern const& pattern, Matrix const& readout);

    /// What each node adds to the quantities of a row, times the root of its weight: quantities x nodes. A node's noise
    /// is the same for all models, so that those of two models are subtracted from each other.
    /// \param scores  of the row, all d; anything where missing
    [[nodiscard]] Matrix shifts(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores) const;
    /// What the nodes add to the posterior variance of each quantity, at least 0.
    [[nodiscard]] Vector const& variances() const { return variances_; }

private:
    std::vector<Index> observed_;
    Vector centre_;             // of the observed scores
    std::vector<Matrix> gains_; // by node, weighted: quantities x observed scores
    Vector variances_;
};

} // namespace exahca

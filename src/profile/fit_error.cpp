#include "fit_error.hpp"

#include "exahca/model/source_mixtures.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

constexpr double node_weight = 1.0 / 6, node_place = 1.7320508075688772; // sqrt(3)
constexpr double most_of_factors = 0.95; // of any factor's variance that may turn out to be noise

/// What scores say of the factors of a model if both are Gaussian.
struct LinearPosterior
{
    Matrix gain;       ///< K, factors x scores: posterior mean of the factors per point that a score is off its mean
    Matrix covariance; ///< V of the factors, whatever the scores are
};

/// \param factors   P, their covariance among the domain's models
/// \param loadings  L_o, of the observed scores
/// \param noise     variances of these
LinearPosterior linear_posterior(Matrix const& factors, Matrix const& loadings, Vector const& noise)
{
    Matrix scores = loadings * factors * loadings.transpose();
    scores.diagonal() += noise;
    Matrix const gain = scores.llt().solve(loadings * factors).transpose();
    return {gain, factors - gain * loadings * factors};
}

/// The largest share of the variance of any combination of factors that `lost` takes: the largest root of
/// det(lost - share P) = 0. Whether P - lost is a covariance still depends on this one alone.
double largest_share(Matrix const& factors, Matrix const& lost)
{
    Eigen::GeneralizedSelfAdjointEigenSolver<Matrix> const shares(lost, factors, Eigen::EigenvaluesOnly);
    return shares.eigenvalues().maxCoeff();
}

} // namespace

NoiseNodes::NoiseNodes(StoredModel const& model, std::size_t k) : loadings(model.parameters.loadings)
{
    auto const& parameters = model.parameters;
    auto const moments = source_moments(source_mixtures(parameters.shapes[k]));
    Matrix const& mixing = parameters.mixing[k];
    mean = parameters.means[k] + loadings * (mixing * moments.means);
    Vector const free = parameters.free_noise(k);
    fitted.noise = parameters.noise_variances(k);
    fitted.factors = mixing * moments.variances.asDiagonal() * mixing.transpose();
    if (model.noise_covariance.size() == 0) return;

    // Along the principal axes of log psi, which are independent there. Logarithms, since no variance is below 0.
    Eigen::SelfAdjointEigenSolver<Matrix> const axes(model.noise_covariance);
    for (Index q = 0; q < axes.eigenvalues().size(); ++q)
        for (double const side : {-node_place, node_place}) {
            Vector const logs = side * std::sqrt(std::max(0.0, axes.eigenvalues()[q])) * axes.eigenvectors().col(q);
            Vector added = free.array() * (logs.array().exp() - 1); // of either sign
            // The covariances of scores are what the data show: noise that is added is taken from the factors.
            Matrix lost = model.factor_weights * added.asDiagonal() * model.factor_weights.transpose();
            double const shorter =
                std::min(1.0, most_of_factors / std::max(largest_share(fitted.factors, lost), 1e-300));
            added *= shorter;
            lost *= shorter;
            others.push_back({fitted.noise + added, fitted.factors - lost});
        }
}

FitError::FitError(NoiseNodes const& nodes, RowPattern const& pattern, Matrix const& readout)
    : observed_(pattern.observed), centre_(nodes.mean(observed_)), variances_(Vector::Zero(readout.rows()))
{
    Matrix const loadings = nodes.loadings(observed_, Eigen::all);
    auto const posterior = [&](NoiseNodes::Node const& node) {
        return linear_posterior(node.factors, loadings, node.noise(observed_));
    };
    auto const fitted = posterior(nodes.fitted);
    // Roots of weights, so that squares of shifts, summed over nodes, are the variance that the quadrature gives.
    for (auto const& node : nodes.others) {
        auto const other = posterior(node);
        gains_.push_back(std::sqrt(node_weight) * readout * (other.gain - fitted.gain));
        Matrix const change = readout * (other.covariance - fitted.covariance);
        variances_ += node_weight * change.cwiseProduct(readout).rowwise().sum();
    }
    variances_ = variances_.cwiseMax(0); // a mean over nodes of posteriors may be narrower than that of the fit
}

Matrix FitError::shifts(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores) const
{
    Vector const apart = scores(observed_).transpose() - centre_;
    Matrix shifts(variances_.size(), std::ssize(gains_));
    for (std::size_t q = 0; q < gains_.size(); ++q) shifts.col(static_cast<Index>(q)) = gains_[q] * apart;
    return shifts;
}

} // namespace exahca

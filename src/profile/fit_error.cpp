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

/// Gain and posterior covariance of the factors.
struct LinearPosterior
{
    Matrix gain, covariance;
};

LinearPosterior linear_posterior(Matrix const& factors, Matrix const& loadings, Vector const& noise)
{
    Matrix scores = loadings * factors * loadings.transpose();
    scores.diagonal() += noise;
    Matrix const gain = scores.llt().solve(loadings * factors).transpose();
    return {gain, factors - gain * loadings * factors};
}

/// The largest share of a factor's variance, in any direction, that `lost` takes.
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

    Eigen::SelfAdjointEigenSolver<Matrix> const axes(model.noise_covariance);
    for (Index q = 0; q < axes.eigenvalues().size(); ++q)
        for (double const side : {-node_place, node_place}) {
            Vector const logs = side * std::sqrt(std::max(0.0, axes.eigenvalues()[q])) * axes.eigenvectors().col(q);
            Vector added = free.array() * (logs.array().exp() - 1);
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
    for (auto const& node : nodes.others) {
        auto const other = posterior(node);
        gains_.push_back(std::sqrt(node_weight) * readout * (other.gain - fitted.gain));
        Matrix const change = readout * (other.covariance - fitted.covariance);
        variances_ += node_weight * change.cwiseProduct(readout).rowwise().sum();
    }
    variances_ = variances_.cwiseMax(0);
}

Matrix FitError::shifts(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores) const
{
    Vector const apart = scores(observed_).transpose() - centre_;
    Matrix shifts(variances_.size(), std::ssize(gains_));
    for (std::size_t q = 0; q < gains_.size(); ++q) shifts.col(static_cast<Index>(q)) = gains_[q] * apart;
    return shifts;
}

} // namespace exahca

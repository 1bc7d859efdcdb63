#include "exahca/model/source_mixtures.hpp"

#include "exahca/core/check.hpp"

#include <cmath>

namespace exahca {

SourceMixtures source_mixtures(Matrix const& shapes)
{
    Index const components = (shapes.rows() + 1) / 3, factors = shapes.cols();
    EXAHCA_EXPECT(shapes.rows() == 3 * components - 1);
    SourceMixtures mixtures{Matrix::Zero(factors, components), Matrix(factors, components),
                            Matrix(factors, components)};
    mixtures.log_weights.leftCols(components - 1) = shapes.topRows(components - 1).transpose();
    for (Index j = 0; j < factors; ++j) {
        // Softmax; the last logit is 0. Taken relative to the largest, so that no exponential overflows.
        auto logits = mixtures.log_weights.row(j).array();
        double const top = logits.maxCoeff();
        logits -= top + std::log((logits - top).exp().sum());
    }
    mixtures.means = shapes.middleRows(components - 1, components).transpose();
    mixtures.variances = (2 * shapes.bottomRows(components).transpose()).array().exp();
    return mixtures;
}

SourceMoments source_moments(SourceMixtures const& mixtures)
{
    Matrix const weights = mixtures.log_weights.array().exp();
    Vector const mean = weights.cwiseProduct(mixtures.means).rowwise().sum();
    // Second moments of the components; the variance of a mixture is their mean less the square of its mean.
    Vector const square = weights.cwiseProduct(mixtures.variances + mixtures.means.cwiseAbs2()).rowwise().sum();
    return {mean, square - mean.cwiseAbs2()};
}

} // namespace exahca

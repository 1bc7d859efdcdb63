#include "noise_pattern.hpp"

#include "exahca/core/check.hpp"

#include <cmath>
#include <numbers>

namespace exahca::detail {

SourceMixtures source_mixtures(Matrix const& shapes)
{
    Index const components = (shapes.rows() + 1) / 3, factors = shapes.cols();
    EXAHCA_EXPECT(shapes.rows() == 3 * components - 1);
    SourceMixtures mixtures{Matrix::Zero(factors, components), Matrix(factors, components),
                            Matrix(factors, components)};
    mixtures.log_weights.leftCols(components - 1) = shapes.topRows(components - 1).transpose();
    for (Index j = 0; j < factors; ++j) {
        auto logits = mixtures.log_weights.row(j).array();
        double const top = logits.maxCoeff();
        logits -= top + std::log((logits - top).exp().sum());
    }
    mixtures.means = shapes.middleRows(components - 1, components).transpose();
    mixtures.variances = (2 * shapes.bottomRows(components).transpose()).array().exp();
    return mixtures;
}

std::vector<Index> first_combination(SourceMixtures const& mixtures)
{
    return std::vector<Index>(static_cast<std::size_t>(mixtures.factors()), 0);
}

bool advance(std::vector<Index>& combination, SourceMixtures const& mixtures)
{
    for (auto c = combination.rbegin(); c != combination.rend(); ++c) {
        if (++*c < mixtures.components()) return true;
        *c = 0;
    }
    return false;
}

PatternModel::PatternModel(NoiseParameters const& parameters, std::size_t k, RowPattern const& row_pattern)
    : pattern(row_pattern), known(row_pattern.observed)
{
    known.insert(known.end(), pattern.censored.begin(), pattern.censored.end());
    means = parameters.means[k](known);
    noise = (parameters.log_psi(known).array() + parameters.log_scales[static_cast<Index>(k)]).exp();
    mixing.noalias() = parameters.loadings(known, Eigen::all).lazyProduct(parameters.mixing[k]);
    weighted = mixing.topRows(observed()).array().colwise() / noise.head(observed()).array();
    precision = weighted.transpose().lazyProduct(mixing.topRows(observed()));
    constant = -0.5 * (noise.head(observed()).array().log() + std::log(2 * std::numbers::pi)).sum();
}

PatternSums PatternModel::make_sums(Index components) const
{
    Index const count = static_cast<Index>(known.size()), m = factors();
    Matrix const by_component = Matrix::Zero(m, components);
    return {Vector::Zero(count), Vector::Zero(count), Matrix::Zero(count, m), Vector::Zero(m),
            Matrix::Zero(m, m),  by_component,        by_component,           by_component};
}

void PatternModel::add_gradient(PatternSums const& sums, Matrix& by_mixing, Vector& by_means, Vector& by_log_psi,
                                double& by_log_scale) const
{
    Matrix const explained = mixing.lazyProduct(sums.source_squares); // A E2
    for (std::size_t u = 0; u < known.size(); ++u) {
        auto const i = static_cast<Index>(u);
        Index const column = known[u];
        double const squares =
            sums.squares[i] - 2 * sums.products.row(i).dot(mixing.row(i)) + explained.row(i).dot(mixing.row(i));
        double const by_psi = 0.5 * (squares / noise[i] - static_cast<double>(pattern.rows.size()));
        by_mixing.row(column) += (sums.products.row(i) - explained.row(i)) / noise[i];
        by_means[column] += (sums.residuals[i] - mixing.row(i).dot(sums.sources)) / noise[i];
        by_log_psi[column] += by_psi;
        by_log_scale += by_psi;
    }
}

} // namespace exahca::detail

#include "exahca/model/ml_ica.hpp"

#include "exahca/numerics/whitening.hpp"
#include "model/extended_family.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace exahca {
namespace {

// By how many nats the source's own density is likelier than a normal one of the same variance.
double own_gain(Vector const& source, DensityFamily family, Vector const& shapes, double variance)
{
    std::vector<double> scores(static_cast<std::size_t>(source.size()));
    std::vector<double> by_shapes(static_cast<std::size_t>(shapes.size()));
    double const own =
        sum_log_density(family, {source.data(), scores.size()}, {shapes.data(), by_shapes.size()}, scores, by_shapes);
    // A normal density with fitted variance has -(n/2)(log(2 pi v) + 1).
    return own + static_cast<double>(source.size()) / 2 * (std::log(2 * std::numbers::pi * variance) + 1);
}

// Whether BIC prefers a normal density to the source's own and to the simplest two that are not. ICA has looked for the
// least Gaussian directions, so small gains mean nothing; few models hide what many shapes gain, but not what one
// choice between two peaks and heavy tails does.
bool looks_gaussian(Vector const& source, DensityFamily family, Vector const& shapes)
{
    double const n = static_cast<double>(source.size()), variance = source.squaredNorm() / n;
    double const price = std::log(n) / 2; // of one parameter
    if (shape_count(family) > 0 &&
        own_gain(source, family, shapes, variance) > price * static_cast<double>(counted_shapes(family)))
        return false;
    return detail::gain_over_gauss(source / std::sqrt(variance)) <= price;
}

} // namespace

CentredDomain transformed(CentredDomain const& domain, Matrix const& transform)
{
    return {domain.rows * transform.transpose(), transform * domain.mean,
            transform * domain.covariance * transform.transpose()};
}

MlIca unmix_by_likelihood(CentredDomain const& projected, DensityFamily density, FastIcaOptions const& fast_ica_options,
                          RandomKey const& key)
{
    Index const m = projected.benchmarks();
    // The domain's own whitening: P whitens the pooled covariance only. The rotation times it is the start of T in
    // coordinates P x.
    Whitened const white = whiten(projected.rows, m);
    FastIcaResult const ica = fast_ica(white.data, fast_ica_options, key);

    JointParameters start;
    start.subspace = Matrix::Identity(m, m);
    start.sources.push_back(ica.rotation * white.transform);
    start.shapes.push_back(Matrix::Zero(shape_count(density), m));
    start.families.emplace_back(static_cast<std::size_t>(m), density);
    if (density != DensityFamily::extended) {
        Matrix const sources = white.data * ica.rotation.transpose();
        for (Index j = 0; j < m; ++j)
            start.shapes[0].col(j) = starting_shapes(
                density, {sources.data() + j * sources.rows(), static_cast<std::size_t>(sources.rows())});
    }
    FitOptions options;
    options.density = density;
    options.pattern = SourcePattern::full;
    options.subspace = SubspaceFit::fixed;
    JointFit const fit = fit_joint({&projected, 1}, start, options);

    Matrix const& unmixing = fit.parameters.sources[0];
    // The likelihood leaves the variance of a source to its density; candidate orders are about rows of unit variance
    // (JointContext::standardised).
    Vector const variances = (unmixing * projected.covariance * unmixing.transpose()).diagonal();
    Matrix const sources = projected.rows * unmixing.transpose();
    Index gaussian = 0;
    for (Index j = 0; j < m; ++j)
        gaussian += looks_gaussian(sources.col(j), fit.parameters.families[0][static_cast<std::size_t>(j)],
                                   fit.parameters.shapes[0].col(j));
    return {unmixing,
            fit.parameters.shapes[0],
            fit.parameters.families[0],
            variances.cwiseSqrt(),
            fit.log_likelihood,
            fit.outcome,
            ica.outcome,
            gaussian};
}

} // namespace exahca

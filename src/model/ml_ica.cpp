#include "exahca/model/ml_ica.hpp"

#include "exahca/numerics/whitening.hpp"

#include <cmath>

namespace exahca {

CentredDomain transformed(CentredDomain const& domain, Matrix const& transform)
{
    return {domain.rows * transform.transpose(), transform * domain.mean,
            transform * domain.covariance * transform.transpose()};
}

MlIca unmix_by_likelihood(CentredDomain const& projected, DensityFamily density, FastIcaOptions const& fast_ica_options,
                          RandomKey const& key)
{
    Index const m = projected.benchmarks();
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
    Vector const variances = (unmixing * projected.covariance * unmixing.transpose()).diagonal();
    return {unmixing,
            fit.parameters.shapes[0],
            fit.parameters.families[0],
            variances.cwiseSqrt(),
            fit.log_likelihood,
            fit.outcome,
            ica.outcome};
}

} // namespace exahca

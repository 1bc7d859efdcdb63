#include "fitted_model.hpp"

#include "exahca/model/incomplete_scores.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/numerics/density.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace exahca {
namespace {

/// Fields of components; the first dimensions of each are domain and source.
constexpr char const* weight = "source_weight";
constexpr char const* mean = "source_mean";
constexpr char const* deviation = "source_deviation";

/// The component that a uniform number chooses.
Index component_of(Eigen::RowVectorXd const& weights, double uniform)
{
    Index c = 0;
    for (double below = weights[0]; c + 1 < weights.size() && uniform > below; below += weights[c]) ++c;
    return c;
}

} // namespace

void add_fitted_model(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks)
{
    auto const real = FieldKind::real;
    Extent const domain{"domain", static_cast<std::int64_t>(setting.domains.size())},
        benchmark{"benchmark", benchmarks}, source{"source", setting.factors},
        component{"component", (shape_count(setting.density) + 1) / 3};
    layout.add(
        "fitted_mean", real, {domain, benchmark}, "percent",
        "noise-aware fit: mean of each benchmark where all sources are 0; NaN: the benchmark is missing or constant");
    layout.add("fitted_loading", real, {domain, benchmark, source}, "percent",
               "noise-aware fit: what one unit of a source adds to each benchmark, sources by level");
    layout.add("fitted_noise", real, {domain, benchmark}, "percent",
               "noise-aware fit: standard deviation of the measurement noise in each domain");
    layout.add(weight, real, {domain, source, component}, "1",
               "noise-aware fit: probability of each Gaussian component of a source");
    layout.add(mean, real, {domain, source, component}, "1", "noise-aware fit: mean of each component");
    layout.add(deviation, real, {domain, source, component}, "1",
               "noise-aware fit: standard deviation of each component");
}

void put_fitted_model(RecordBuilder& record, NoiseParameters const& parameters, std::span<Matrix const> scores)
{
    auto const domains = static_cast<Index>(parameters.domains());
    Matrix means(domains, parameters.benchmarks()), noise = means;
    std::vector<Matrix> loadings, weights, centres, deviations;
    for (Index k = 0; k < domains; ++k) {
        auto const place = static_cast<std::size_t>(k);
        means.row(k) = parameters.means[place];
        for (Index i = 0; i < means.cols(); ++i) // what such a benchmark has is no mean (classify_scores)
            if (is_constant(scores[place].col(i))) means(k, i) = std::nan("");
        noise.row(k) = parameters.noise_variances(place).cwiseSqrt();
        loadings.emplace_back(parameters.loadings * parameters.mixing[place]);
        auto const sources = source_mixtures(parameters.shapes[place]);
        weights.emplace_back(sources.log_weights.array().exp());
        centres.push_back(sources.means);
        deviations.emplace_back(sources.variances.cwiseSqrt());
    }
    record.set("fitted_mean", means);
    record.set("fitted_loading", loadings);
    record.set("fitted_noise", noise);
    record.set(weight, weights);
    record.set(mean, centres);
    record.set(deviation, deviations);
}

Matrix draw_from_fitted_model(RecordView const& estimate, std::size_t k, Index models, RandomStream& stream)
{
    auto const slice = static_cast<std::int64_t>(k);
    auto const loading = estimate.matrix("fitted_loading", slice);
    auto const means = estimate.matrix("fitted_mean"), noise = estimate.matrix("fitted_noise");
    auto const weights = estimate.matrix(weight, slice), centres = estimate.matrix(mean, slice),
               deviations = estimate.matrix(deviation, slice);
    Matrix drawn(models, loading.rows());
    Vector sources(loading.cols());
    for (Index i = 0; i < models; ++i) {
        for (Index j = 0; j < sources.size(); ++j) {
            Index const c = component_of(weights.row(j), stream.uniform());
            sources[j] = centres(j, c) + deviations(j, c) * stream.normal();
        }
        Vector const exact = means.row(slice).transpose() + loading * sources;
        for (Index b = 0; b < drawn.cols(); ++b) drawn(i, b) = exact[b] + noise(slice, b) * stream.normal();
    }
    return drawn;
}

} // namespace exahca

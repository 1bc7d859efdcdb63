#include "exahca/estimate/held_flag.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_order.hpp"
#include "exahca/model/flag_refit.hpp"
#include "exahca/model/noise_starts.hpp"
#include "exahca/numerics/principal_angles.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

namespace exahca {
namespace {

/// Benchmarks in which two factors differ by less cannot tell them apart.
constexpr double least_share = 1e-10; // of the squares of singular values

/// H of G: rows of G^+ made orthonormal from the last one up.
Matrix flag_of_loadings(Matrix const& loadings)
{
    Matrix const gram = loadings.transpose() * loadings;
    Vector const squares = Eigen::SelfAdjointEigenSolver<Matrix>(gram, Eigen::EigenvaluesOnly).eigenvalues();
    if (!loadings.allFinite() || !(squares.minCoeff() > least_share * squares.maxCoeff()))
        throw NumericalFailure("the benchmarks in common do not tell the factors apart");
    Matrix unmixing = orthonormal_rows_from_last(gram.inverse() * loadings.transpose());
    fix_row_signs(unmixing);
    return unmixing;
}

/// The span, held, with the noise, the means and the factor covariances that suit it best.
NoiseParameters gaussian_of_span(NoiseData const& data, Matrix const& unmixing)
{
    // Means and noise to begin with; the loadings are H', in the units of standardised scores.
    auto start = principal_component_start(data.domains, unmixing.rows());
    start.loadings = unmixing.transpose();
    FactorAnalysisOptions options;
    options.loadings = SubspaceFit::fixed;
    return analyse_factors(data.domains, with_known_noise(start, data.known_noise), options).parameters;
}

} // namespace

Matrix standardised_flag(Matrix const& loadings, NoiseData const& data)
{
    return flag_of_loadings(data.deviations.cwiseInverse().asDiagonal() * loadings);
}

Matrix flag_in_score_units(NoiseParameters const& parameters, NoiseData const& data)
{
    return flag_of_loadings(data.deviations.asDiagonal() * parameters.loadings);
}

NoiseParameters at_other_flag(NoiseParameters parameters, Matrix const& unmixing)
{
    Matrix const turn = unmixing * parameters.loadings; // the nearest factors of the other span
    for (Matrix& mixing : parameters.mixing) mixing = (turn * mixing).triangularView<Eigen::Upper>();
    parameters.loadings = unmixing.transpose();
    return parameters;
}

FlagFits::FlagFits(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                   Matrix const& unmixing)
    : data_(data), span_(factor_span(data, gaussian_of_span(data, unmixing), names, inside_span(options, 0))),
      sources_(collect_source_starts(span_.context, {}))
{
}

std::optional<NoiseFit> FlagFits::at(Matrix const& unmixing, std::span<NoiseParameters const> near) const
{
    std::optional<NoiseFit> best;
    NoiseFitOptions options;
    options.loadings = SubspaceFit::fixed;
    auto const try_from = [&](auto const& start) {
        try {
            auto fit = fit_noise(data_.domains, start(), options);
            if (!best || fit.penalised() > best->penalised()) best = std::move(fit);
        } catch (NumericalFailure const&) { // one start of several
        }
    };
    // From the components of the span: each domain's order of least inexactness at this flag, triangles of that order,
    // and every source refitted at the flag.
    try_from([&] {
        auto const& context = span_.context;
        Matrix const flag = unmixing * span_.gaussian.loadings; // on the factor scores of the span
        auto const order = order_at_flag(context.standardised, flag * context.shared.projection.inverse());
        JointParameters const at = with_flag(start_of_order(context, order), flag);
        return noise_start(span_, refit_at_flag(context, at, sources_, {}).parameters);
    });
    for (auto const& other : near) try_from([&] { return at_other_flag(other, unmixing); });
    return best;
}

} // namespace exahca

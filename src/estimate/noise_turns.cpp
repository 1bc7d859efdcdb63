#include "noise_turns.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/domain_fit.hpp"
#include "exahca/model/source_mixtures.hpp"

#include <Eigen/QR>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

namespace exahca {
namespace {

constexpr int turns = 7; ///< of each pair of levels, evenly over half a circle
/// Nats that the domains may be short of the optimum with G and psi held.
constexpr double hopeless = 40;
constexpr MinimizerOptions quick{.relative_tolerance = 1e-6, .max_iterations = 60}; ///< of one domain

/// The loadings as levels: an orthonormal basis of their columns, and what it makes of the factors.
struct Levels
{
    Matrix basis;    ///< d x m
    Matrix to_basis; ///< m x m, upper triangular: loadings = basis to_basis
};

Levels levels_of(Matrix const& loadings)
{
    auto const decomposition = loadings.householderQr();
    // G = Q S: Gram and Schmidt by columns keeps the span of the first j columns, the levels, and S is upper
    // triangular.
    Matrix basis = decomposition.householderQ() * Matrix::Identity(loadings.rows(), loadings.cols());
    Matrix to_basis = basis.transpose() * loadings;
    return {std::move(basis), std::move(to_basis)};
}

// A rotation in the plane of two neighbouring levels: it changes the span of the first level + 1 columns and no other,
// so the flag differs at one level.
Matrix plane_turn(Index factors, Index level, double angle)
{
    Matrix turn = Matrix::Identity(factors, factors);
    turn(level, level) = turn(level + 1, level + 1) = std::cos(angle);
    turn(level, level + 1) = std::sin(angle);
    turn(level + 1, level) = -std::sin(angle);
    return turn;
}

/// As turned(), but R_k keeps what it says of the covariance of the factors in place of its upper entries.
NoiseParameters turned_covariances(NoiseParameters parameters, Matrix const& turn)
{
    auto const [basis, to_basis] = levels_of(parameters.loadings);
    parameters.loadings = basis * turn;
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        // Covariance R_k diag(Var e) R_k' of the turned factors, and its triangular root divided by the sources'
        // deviations.
        Vector const variances = source_moments(source_mixtures(parameters.shapes[k])).variances;
        Matrix const mixing = turn.transpose() * to_basis * parameters.mixing[k];
        Matrix const upper = upper_factor(mixing * variances.asDiagonal() * mixing.transpose());
        parameters.mixing[k] = upper * variances.cwiseSqrt().cwiseInverse().asDiagonal();
    }
    return parameters;
}

// Of one flag two starts: with what is left of R_k above the diagonal, and with the same covariance of the factors.
// Which leads higher differs from domain to domain.
std::vector<NoiseParameters> starts_at(NoiseParameters const& parameters, Matrix const& turn)
{
    std::vector<NoiseParameters> starts{turned(parameters, turn)};
    try {
        starts.push_back(turned_covariances(parameters, turn));
    } catch (NumericalFailure const&) { // a domain with fewer directions than factors
    }
    return starts;
}

/// The domains' best own parameters at a turned flag, and what they add up to.
struct DomainFits
{
    NoiseParameters parameters;
    double value = 0; ///< sum of the domains' penalised log likelihoods
};

/// Nothing where a domain has no fit, or where all are too far below what there is.
std::optional<DomainFits> fit_domains(NoiseData const& data, std::span<NoiseParameters const> starts, double least)
{
    DomainFits all{starts[0], 0};
    for (std::size_t k = 0; k < data.domains.size(); ++k) {
        double best = -std::numeric_limits<double>::infinity();
        for (auto const& start : starts) try {
                auto const fit = DomainFit(data.domains[k]).from(domain_part(start, k), quick);
                if (!(fit.penalised() > best)) continue;
                best = fit.penalised();
                put_domain_part(fit.parameters, k, all.parameters);
            } catch (NumericalFailure const&) { // one start of two
            }
        all.value += best;
    }
    if (!(all.value > least)) return std::nullopt;
    return all;
}

} // namespace

NoiseParameters turned(NoiseParameters parameters, Matrix const& turn)
{
    // G = U S with S upper triangular: factors S f have orthonormal loadings and the same levels.
    auto const [basis, to_basis] = levels_of(parameters.loadings);
    parameters.loadings = basis * turn;
    for (Matrix& mixing : parameters.mixing)
        mixing = (turn.transpose() * to_basis * mixing).triangularView<Eigen::Upper>();
    return parameters;
}

std::optional<NoiseParameters> domains_at_turn(NoiseData const& data, NoiseParameters const& parameters,
                                               Matrix const& turn)
{
    auto domains = fit_domains(data, starts_at(parameters, turn), -std::numeric_limits<double>::infinity());
    if (!domains) return std::nullopt;
    return std::move(domains->parameters);
}

int turn_count(Index factors) { return turns * static_cast<int>(factors - 1); }

std::optional<NoiseOptimum> fit_turned(NoiseData const& data, NoiseOptimum const& optimum, int turn)
{
    auto const& parameters = optimum.fit.parameters;
    // Half a circle: a turn by pi gives the same flag again, as signs do not count.
    double const angle = (turn % turns + 1) * std::numbers::pi / (turns + 1);
    auto const starts = starts_at(parameters, plane_turn(parameters.factors(), turn / turns, angle));
    // G and psi are held, so what the domains reach is about the least that a fit of everything from there will.
    auto const domains = fit_domains(data, starts, optimum.fit.penalised() - hopeless);
    return domains ? try_noise_fit(data, domains->parameters) : std::nullopt;
}

} // namespace exahca

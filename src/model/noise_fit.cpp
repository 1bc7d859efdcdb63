#include "exahca/model/domain_fit.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "noise_packing.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

// Nats for each squared logarithm beyond a bound, so that a tenth of a logarithm costs one: steep enough to stay close
// to the bound, and smooth.
constexpr double bound_weight = 100;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Adds its derivative to `gradient`. \return penalty of a value outside of its range
double beyond(double value, double lower, double upper, double& gradient)
{
    double const excess = value < lower ? value - lower : std::max(0.0, value - upper);
    gradient += 2 * bound_weight * excess;
    return bound_weight * excess * excess;
}

// The shapes of the sources are those of mog2 or mog3, whose penalty is used here, too.
DensityFamily family_of(NoiseParameters const& parameters)
{
    return parameters.components() == 2 ? DensityFamily::mog2 : DensityFamily::mog3;
}

// Subtracts the penalty's derivatives from the gradient. \return the penalty
double subtract_penalties(NoiseParameters const& parameters, NoiseParameters& gradient)
{
    double sum = 0;
    auto const family = family_of(parameters);
    auto const count = static_cast<std::size_t>(parameters.shapes[0].rows());
    for (std::size_t k = 0; k < parameters.domains(); ++k)
        for (Index j = 0; j < parameters.factors(); ++j) {
            Vector by_shape = Vector::Zero(static_cast<Index>(count));
            sum += shape_penalty(family, {parameters.shapes[k].col(j).data(), count}, {by_shape.data(), count});
            gradient.shapes[k].col(j) -= by_shape;
        }
    Vector by_psi = Vector::Zero(parameters.benchmarks()), by_scale = Vector::Zero(parameters.log_scales.size());
    for (Index i = 0; i < by_psi.size(); ++i)
        sum += beyond(parameters.log_psi[i], -infinity, std::log(largest_psi), by_psi[i]);
    for (Index k = 0; k < by_scale.size(); ++k)
        sum += beyond(parameters.log_scales[k], -largest_log_scale, largest_log_scale, by_scale[k]);
    gradient.log_psi -= by_psi;
    gradient.log_scales -= by_scale;
    return sum;
}

// Of all parameters that mean the same, those with orthonormal rows of G^+ and a size-weighted mean log s_k of 0. With
// H = U G^+ orthonormal (Gram and Schmidt from the last row up, so that U is upper triangular and the flag stays), G
// becomes H' and R_k becomes U R_k: A_k = G R_k is as before.
void settle_gauge(std::span<PatternedScores const> domains, NoiseParameters& parameters)
{
    Matrix const& g = parameters.loadings;
    Eigen::FullPivLU<Matrix> const gram(g.transpose() * g);
    if (!g.allFinite() || !gram.isInvertible()) throw NumericalFailure("the factors' loadings have lost full rank");
    Matrix const unmixing = orthonormal_rows_from_last(gram.inverse() * g.transpose()); // H = U G^+
    Matrix const u = unmixing * g;
    for (Matrix& mixing : parameters.mixing) mixing = u * mixing;
    parameters.loadings = unmixing.transpose();

    double models = 0, sum = 0;
    for (std::size_t k = 0; k < domains.size(); ++k) {
        auto const n = static_cast<double>(domains[k].models());
        models += n;
        sum += n * parameters.log_scales[static_cast<Index>(k)];
    }
    parameters.log_psi.array() += sum / models;
    parameters.log_scales.array() -= sum / models;
    // Where a start stands at the bound or beyond, the way back must not be flat.
    Vector const known = mean_known_noise(parameters);
    for (Index i = 0; i < known.size(); ++i) {
        double const least = known[i] > 0 ? 0.001 * std::max(known[i], least_psi) : 1.01 * least_psi;
        parameters.log_psi[i] = std::max(parameters.log_psi[i], std::log(least));
    }
}

/// Leaves a minimisation that is not worth going on with.
struct TooFarBehind
{
};

// Looks at the values of a fit on its way: at each of the shortfalls' numbers of evaluations the best value so far
// must be near enough to the aim.
class Progress
{
public:
    Progress(double aim, std::span<LargestShortfall const> shortfalls) : aim_(aim), shortfalls_(shortfalls) {}

    // One shortfall at a time: they come by rising numbers of evaluations.
    void look(double value)
    {
        ++evaluations_;
        if (value > best_) best_ = value;
        if (shortfalls_.empty() || evaluations_ < shortfalls_[0].evaluations) return;
        if (best_ < aim_ - shortfalls_[0].nats) throw TooFarBehind();
        shortfalls_ = shortfalls_.subspan(1);
    }

private:
    // Penalised log likelihoods. shortfalls_: those whose number of evaluations has not been reached.
    double aim_, best_ = -infinity;
    std::span<LargestShortfall const> shortfalls_;
    int evaluations_ = 0;
};

// In new coordinates a fit that has arrived has nothing left to do: ten iterations show whether it has. The objective
// is -value/models, and its tolerance relative to max(1, |objective|): so this one is `settled` nats over ten
// iterations.
MinimizerOptions after_renewal(NoiseFitOptions const& options, double value, double models)
{
    constexpr int iterations = 10;
    MinimizerOptions minimizer = options.minimizer;
    minimizer.past = iterations;
    minimizer.relative_tolerance =
        std::max(minimizer.relative_tolerance, options.settled / std::max(models, std::abs(value)));
    return minimizer;
}

// U R_k is triangular but for rounding, which the layout of a triangular fit would keep for ever.
void keep_upper(NoiseParameters& parameters)
{
    for (Matrix& mixing : parameters.mixing) mixing.triangularView<Eigen::StrictlyLower>().setZero();
}

} // namespace

Vector least_psis(NoiseParameters const& parameters)
{
    return (mean_known_noise(parameters).array() > 0).select(Vector::Zero(parameters.benchmarks()), least_psi);
}

std::vector<Index> at_least_psi(NoiseParameters const& parameters)
{
    // psi nears its bound without meeting it: so "at" means within a tenth of it, or of the known noise where the
    // bound is 0.
    constexpr double close = 0.1;
    Vector const known = mean_known_noise(parameters);
    std::vector<Index> benchmarks;
    for (Index i = 0; i < known.size(); ++i) {
        double const psi = std::exp(parameters.log_psi[i]);
        if (known[i] > 0 ? psi < close * known[i] : psi < (1 + close) * least_psi) benchmarks.push_back(i);
    }
    return benchmarks;
}

Index restrictions_of(std::span<Anchor const> anchors, Index factors)
{
    Index count = 0;
    for (Anchor const& anchor : anchors) count += factors - anchor.levels;
    return count;
}

void keep_anchors(NoiseParameters& parameters, std::span<Anchor const> anchors)
{
    for (Anchor const& anchor : anchors)
        parameters.loadings.row(anchor.benchmark).head(parameters.factors() - anchor.levels).setZero();
}

NoiseFit fit_noise(std::span<PatternedScores const> domains, NoiseParameters const& start,
                   NoiseFitOptions const& options)
{
    EXAHCA_EXPECT(options.renewals >= 1 && (start.components() == 2 || start.components() == 3));
    EXAHCA_EXPECT(options.anchors.empty() ||
                  (options.pattern == SourcePattern::triangular && options.loadings == SubspaceFit::free));
    NoiseLikelihood const likelihood(domains);
    double models = 0;
    for (auto const& domain : domains) models += static_cast<double>(domain.models());
    NoiseFit fit;
    fit.parameters = start;
    NoiseParameters gradient;
    // Penalised log likelihood at the end of the renewal before.
    double known = 0;
    for (int renewal = 0; renewal < options.renewals; ++renewal) {
        // Coordinates are made at the point that the last renewal has reached; they are linear and stay for the whole
        // minimisation.
        settle_gauge(domains, fit.parameters);
        if (options.pattern == SourcePattern::triangular) keep_upper(fit.parameters);
        keep_anchors(fit.parameters, options.anchors);
        detail::NoisePacking const packing(domains, fit.parameters, options.pattern, options.loadings, options.anchors);
        ObjectiveFunction const objective = [&](Vector const& point, Vector& by_point) {
            // fit.parameters serve as room; the minimiser's best point is unpacked again below.
            packing.unpack(point, fit.parameters);
            double value = likelihood.evaluate(fit.parameters, gradient);
            value -= subtract_penalties(fit.parameters, gradient);
            packing.pack_gradient(fit.parameters, gradient, by_point);
            by_point *= -1 / models;
            // Per model: tolerances then mean the same for small and large data.
            return -value / models;
        };
        MinimizerResult const result =
            minimize(objective, packing.pack(fit.parameters),
                     renewal == 0 ? options.minimizer : after_renewal(options, known, models));
        if (result.outcome == MinimizerOutcome::not_finite)
            throw NumericalFailure("the noise-aware likelihood is not finite at the start of a fit");
        packing.unpack(result.point, fit.parameters);
        fit.evaluations += result.evaluations;
        fit.outcome = result.outcome;
        double const value = -result.value * models;
        // The fit in the first coordinates is always followed by one in new ones, as far as renewals go: the
        // information at the start may be far from that at the end.
        if (renewal > 0 && value - known < options.settled) break;
        known = value;
    }
    settle_gauge(domains, fit.parameters);
    keep_anchors(fit.parameters, options.anchors); // rounding alone has moved them
    fit.log_likelihood = likelihood.evaluate(fit.parameters, gradient);
    fit.penalty = subtract_penalties(fit.parameters, gradient);
    return fit;
}

NoiseParameters domain_part(NoiseParameters const& parameters, std::size_t k)
{
    // G and psi are shared and come along; everything else is of domain k.
    NoiseParameters part{parameters.loadings,
                         {parameters.mixing[k]},
                         {parameters.means[k]},
                         parameters.log_psi,
                         parameters.log_scales.segment(static_cast<Index>(k), 1),
                         {parameters.shapes[k]}};
    if (!parameters.known_noise.empty()) part.known_noise = {parameters.known_noise[k]};
    return part;
}

void put_domain_part(NoiseParameters const& part, std::size_t k, NoiseParameters& parameters)
{
    parameters.mixing[k] = part.mixing[0];
    parameters.means[k] = part.means[0];
    parameters.log_scales[static_cast<Index>(k)] = part.log_scales[0];
    parameters.shapes[k] = part.shapes[0];
}

// With an aim of minus infinity and no shortfalls it never gives up.
NoiseFit DomainFit::from(NoiseParameters const& start, MinimizerOptions const& minimizer) const
{
    return *fit_domain_towards(domain_, start, minimizer, -infinity, {});
}

std::optional<NoiseFit> fit_domain_towards(PatternedScores const& domain, NoiseParameters const& start,
                                           MinimizerOptions const& minimizer, double aim,
                                           std::span<LargestShortfall const> shortfalls)
{
    auto const models = static_cast<double>(domain.models());
    NoiseLikelihood const likelihood({&domain, 1});
    NoiseFit fit;
    fit.parameters = start;
    NoiseParameters gradient;
    // No renewal: a quick fit of few parameters, whose best is fitted anew with all others.
    detail::DomainPacking const packing(domain, start);
    Progress progress(aim, shortfalls);
    ObjectiveFunction const objective = [&](Vector const& point, Vector& by_point) {
        packing.unpack(point, fit.parameters);
        double value = likelihood.evaluate(fit.parameters, gradient);
        value -= subtract_penalties(fit.parameters, gradient);
        progress.look(value);
        packing.pack_gradient(gradient, by_point);
        by_point *= -1 / models;
        return -value / models;
    };
    MinimizerResult result;
    try {
        result = minimize(objective, packing.pack(start), minimizer);
    } catch (TooFarBehind const&) {
        return std::nullopt;
    }
    if (result.outcome == MinimizerOutcome::not_finite)
        throw NumericalFailure("the noise-aware likelihood is not finite at the start of a domain's fit");
    packing.unpack(result.point, fit.parameters);
    fit.evaluations = result.evaluations;
    fit.outcome = result.outcome;
    fit.log_likelihood = likelihood.evaluate(fit.parameters, gradient);
    fit.penalty = subtract_penalties(fit.parameters, gradient);
    return fit;
}

JointParameters as_joint_parameters(NoiseParameters const& parameters)
{
    // Any D gives the same G, H and B_k (docs/noise.md, Reading); V alone depends on it.
    Vector const log_noise = log_common_noise(parameters);
    Matrix const weighted = (-log_noise.array()).exp().matrix().asDiagonal() * parameters.loadings; // Psi^-1 G
    JointParameters joint;
    joint.subspace = (parameters.loadings.transpose() * weighted).ldlt().solve(weighted.transpose());
    for (Matrix const& mixing : parameters.mixing) joint.sources.push_back(mixing.inverse());
    joint.shapes = parameters.shapes;
    joint.families.assign(
        parameters.domains(),
        std::vector<DensityFamily>(static_cast<std::size_t>(parameters.factors()), family_of(parameters)));
    joint.log_psi = log_noise;
    return joint;
}

NoiseParameters as_noise_parameters(JointParameters const& joint, std::vector<Vector> means, Vector const& variances)
{
    Matrix const& v = joint.subspace;
    Vector const log_psi = joint.log_psi.size() > 0 ? joint.log_psi : Vector(Vector::Zero(v.cols()));
    Matrix const weighted = log_psi.array().exp().matrix().asDiagonal() * v.transpose(); // D V'
    NoiseParameters parameters;
    // G = D V' Q^-1, Q = V D V'.
    parameters.loadings = (v * weighted).ldlt().solve(weighted.transpose()).transpose();
    for (Matrix const& sources : joint.sources) parameters.mixing.push_back(sources.inverse());
    parameters.means = std::move(means);
    parameters.log_psi = log_psi;
    parameters.log_scales = variances.array().log();
    parameters.shapes = joint.shapes;
    return parameters;
}

} // namespace exahca

#include "noise_shapes.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/model/domain_fit.hpp"
#include "exahca/model/row_posterior.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/numerics/density.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace exahca {
namespace {

constexpr double near = 1;        ///< nats that a domain may be short with G and psi held, and yet be worth a fit
constexpr double different = 0.1; ///< nats by which sources have to differ from the present ones' value to be others
constexpr double worth_it = 0.05; ///< nats that a fit has to gain
constexpr int most_passes = 4;
constexpr MinimizerOptions quick{.relative_tolerance = 1e-6, .max_iterations = 60}; ///< of one domain

/// Shapes of mixtures in the layout of NoiseParameters.
Vector shapes_of(Vector const& weights, Vector const& means, Vector const& variances)
{
    Index const count = weights.size();
    Vector shapes(3 * count - 1);
    for (Index c = 0; c + 1 < count; ++c) shapes[c] = std::log(weights[c] / weights[count - 1]);
    shapes.segment(count - 1, count) = means;
    shapes.tail(count) = 0.5 * variances.array().log();
    return shapes;
}

/// What each row is likely to have of the sources, n x m.
Matrix posterior_sources(PatternedScores const& domain, NoiseParameters const& part)
{
    Index const factors = part.factors();
    std::vector<LinearTarget> targets;
    for (Index j = 0; j < factors; ++j) targets.push_back({0, Vector::Unit(factors, j), 0});
    Matrix sources(domain.models(), factors);
    for (RowPattern const& pattern : domain.patterns) {
        RowPosterior posterior(part, 0, pattern, targets);
        for (Index const row : pattern.rows) {
            posterior.condition(domain.scores.row(row));
            for (Index j = 0; j < factors; ++j) sources(row, j) = posterior.mean(static_cast<std::size_t>(j));
        }
    }
    return sources;
}

Index one_of(Index count, RandomStream& random)
{
    return std::min(count - 1, static_cast<Index>(random.uniform() * static_cast<double>(count)));
}

/// Components at random rows of the domain, where they have something to fit, a twelfth to once the source's deviation
/// wide: one of them, or all.
/// \param rows  the rows' values of the source
Vector placed_shapes(SourceMixtures const& mixtures, Index source, Eigen::Ref<Vector const> rows, bool all,
                     RandomStream& random)
{
    Vector w = mixtures.log_weights.row(source).array().exp();
    Vector m = mixtures.means.row(source), v = mixtures.variances.row(source);
    double const mean = w.dot(m), deviation = std::sqrt(w.dot(v + m.cwiseAbs2()) - mean * mean);
    Index const only = one_of(w.size(), random);
    for (Index c = 0; c < w.size(); ++c) {
        if (!all && c != only) continue;
        w[c] = all ? 0.1 + random.uniform() : 0.05 + 0.4 * random.uniform();
        m[c] = rows[one_of(rows.size(), random)];
        v[c] = std::pow(deviation * std::exp(-2.5 * random.uniform()), 2);
    }
    return shapes_of(w / w.sum(), m, v);
}

/// Another triangle: each source takes in the later ones as much as itself, at random, or one source one other.
Matrix random_mixing(Matrix const& mixing, SourceMixtures const& mixtures, bool all, RandomStream& random)
{
    Vector const deviations = source_moments(mixtures).variances.cwiseSqrt();
    Matrix turn = Matrix::Identity(mixing.rows(), mixing.cols());
    Index const entries = mixing.cols() * (mixing.cols() - 1) / 2,
                only = all || entries == 0 ? 0 : one_of(entries, random);
    Index entry = 0;
    for (Index j = 1; j < mixing.cols(); ++j)
        for (Index i = 0; i < j; ++i)
            if (all || entry++ == only) turn(i, j) = random.normal() * deviations[i] / deviations[j];
    return mixing * turn;
}

/// New sources of one domain that may lead higher.
struct Candidate
{
    std::size_t domain;
    double gain; ///< in the domain's part of the likelihood
    NoiseParameters part;
};

class SourceSearch
{
public:
    SourceSearch(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                 SourceRestarts restarts)
        : domains_(data.domains), names_(names), options_(options), restarts_(restarts)
    {
    }

    /// The best new sources of every domain that come near its present value, the most promising first.
    [[nodiscard]] std::vector<Candidate> candidates(NoiseParameters const& parameters, int pass) const
    {
        std::vector<Candidate> best;
        for (std::size_t k = 0; k < domains_.size(); ++k)
            if (auto candidate = best_of_domain(domain_part(parameters, k), k, pass))
                best.push_back(std::move(*candidate));
        std::stable_sort(best.begin(), best.end(), [](auto const& a, auto const& b) { return a.gain > b.gain; });
        return best;
    }

private:
    /// Nothing where the fit fails, or is so far below the aim on its way that it will not end near it.
    [[nodiscard]] std::optional<NoiseFit> fit(std::size_t k, NoiseParameters const& start, double aim) const
    {
        try {
            return fit_domain_towards(domains_[k], start, quick, aim, usual_shortfalls);
        } catch (NumericalFailure const&) { // one start of many
            return std::nullopt;
        }
    }

    [[nodiscard]] std::optional<Candidate> best_of_domain(NoiseParameters const& part, std::size_t k, int pass) const
    {
        auto const present = fit(k, part, -std::numeric_limits<double>::infinity());
        if (!present) return std::nullopt;
        Matrix const rows = posterior_sources(domains_[k], present->parameters);
        std::optional<Candidate> best;
        for (int i = 0; i < restarts_.count; ++i) {
            auto found = fit(k, randomised(part, rows, k, pass, i), present->penalised());
            if (!found) continue;
            double const gain = found->penalised() - present->penalised();
            // What came back to the present sources is no candidate.
            if (!(gain > -near) || std::abs(gain) < different || (best && best->gain >= gain)) continue;
            best = Candidate{k, gain, std::move(found->parameters)};
        }
        return best;
    }

    /// By turns new shapes of one source, or of all; one new component of it, or of all; one of all but it; and new
    /// shapes of it, or of all, with a new triangle. One entry of the triangle is new at times besides.
    /// \param rows  posterior_sources
    [[nodiscard]] NoiseParameters randomised(NoiseParameters part, Matrix const& rows, std::size_t k, int pass,
                                             int restart) const
    {
        auto const number = static_cast<std::uint64_t>((pass * restarts_.count) + restart);
        RandomStream random({options_.seed, std::string(restarts_.purpose), options_.replicate, names_[k],
                             (options_.search_index << 32U) + number});
        enum Kind { shapes, component, components_of_others, triangle, kinds };
        auto const mixtures = source_mixtures(part.shapes[0]);
        int const kind = restart % kinds, turn = restart / kinds;
        Index const factors = part.factors(), source = turn % (factors + 1); // the last: all of them
        for (Index j = 0; j < factors; ++j) {
            bool const chosen = kind == components_of_others ? j != source : j == source || source == factors;
            bool const all = kind == shapes || kind == triangle;
            if (chosen) part.shapes[0].col(j) = placed_shapes(mixtures, j, rows.col(j), all, random);
        }
        if (kind == triangle || turn / (factors + 1) % 3 == 2)
            part.mixing[0] = random_mixing(part.mixing[0], mixtures, kind == triangle, random);
        return part;
    }

    std::span<PatternedScores const> domains_;
    std::span<std::string const> names_;
    JointOptions const& options_;
    SourceRestarts restarts_;
};

} // namespace

std::vector<double> values_by_domain(NoiseLikelihood const& likelihood, NoiseParameters const& parameters)
{
    auto const family = parameters.components() == 2 ? DensityFamily::mog2 : DensityFamily::mog3;
    std::vector<double> values;
    for (Vector const& rows : likelihood.row_log_likelihoods(parameters)) values.push_back(rows.sum());
    for (std::size_t k = 0; k < values.size(); ++k)
        for (Index j = 0; j < parameters.factors(); ++j) {
            Vector const shapes = parameters.shapes[k].col(j);
            Vector gradient = Vector::Zero(shapes.size());
            auto const count = static_cast<std::size_t>(shapes.size());
            values[k] -= shape_penalty(family, {shapes.data(), count}, {gradient.data(), count});
        }
    return values;
}

NoiseOptimum restart_shapes(NoiseData const& data, NoiseOptimum optimum, std::span<std::string const> names,
                            JointOptions const& options, SourceRestarts restarts)
{
    if (restarts.count == 0) return optimum;
    SourceSearch const search(data, names, options, restarts);
    for (int pass = 0; pass < most_passes; ++pass) {
        bool helped = false;
        for (auto const& candidate : search.candidates(optimum.fit.parameters, pass)) {
            auto start = optimum.fit.parameters;
            put_domain_part(candidate.part, candidate.domain, start);
            auto fitted = try_noise_fit(data, start);
            if (!fitted || !(fitted->fit.penalised() > optimum.fit.penalised() + worth_it)) continue;
            optimum = std::move(*fitted);
            helped = true;
        }
        if (!helped) break;
    }
    return optimum;
}

} // namespace exahca

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
    // Of the source as it is, all components together.
    double const mean = w.dot(m), deviation = std::sqrt(w.dot(v + m.cwiseAbs2()) - mean * mean);
    Index const only = one_of(w.size(), random);
    for (Index c = 0; c < w.size(); ++c) {
        if (!all && c != only) continue;
        // Weights are divided by their sum below.
        w[c] = all ? 0.1 + random.uniform() : 0.05 + 0.4 * random.uniform();
        m[c] = rows[one_of(rows.size(), random)];
        v[c] = std::pow(deviation * std::exp(-2.5 * random.uniform()), 2);
    }
    return shapes_of(w / w.sum(), m, v);
}

/// Another triangle: each source takes in the later ones as much as itself, at random, or one source one other.
Matrix random_mixing(Matrix const& mixing, SourceMixtures const& mixtures, bool all, RandomStream& random)
{
    // R_k becomes R_k (1 + N) with N strictly upper triangular: still a triangle. Entries are in standard deviations
    // of the sources.
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

/// Tries new sources of one domain.
class SourceSearch
{
public:
    /// \param name  of the domain
    SourceSearch(PatternedScores const& domain, std::string const& name, JointOptions const& options,
                 SourceRestarts restarts)
        : domain_(domain), name_(name), options_(options), restarts_(restarts)
    {
    }

    /// \param part  the domain's part of the optimum
    [[nodiscard]] std::optional<SourceCandidate> best(NoiseParameters const& part, SourceBlock const& block) const
    {
        // The domain's own optimum with the same settings: gains are compared with what such a fit ends at, not with
        // the optimum of the whole model.
        auto const present = fit(part, -std::numeric_limits<double>::infinity());
        if (!present) return std::nullopt;
        // Under the present sources, once for all restarts of the block.
        Matrix const rows = posterior_sources(domain_, present->parameters);
        std::optional<SourceCandidate> best;
        for (int i = block.first; i < block.last; ++i) {
            auto found = fit(randomised(part, rows, block.pass, i), present->penalised());
            if (!found) continue;
            double const gain = found->penalised() - present->penalised();
            // What came back to the present sources is no candidate.
            if (!(gain > -near) || std::abs(gain) < different) continue;
            best = better_of(std::move(best), SourceCandidate{block.domain, gain, std::move(found->parameters)});
        }
        return best;
    }

private:
    /// Nothing where the fit fails, or is so far below the aim on its way that it will not end near it.
    [[nodiscard]] std::optional<NoiseFit> fit(NoiseParameters const& start, double aim) const
    {
        try {
            return fit_domain_towards(domain_, start, quick, aim, usual_shortfalls);
        } catch (NumericalFailure const&) { // one start of many
            return std::nullopt;
        }
    }

    /// By turns new shapes of one source, or of all; one new component of it, or of all; one of all but it; and new
    /// shapes of it, or of all, with a new triangle. One entry of the triangle is new at times besides.
    /// \param rows  posterior_sources
    [[nodiscard]] NoiseParameters randomised(NoiseParameters part, Matrix const& rows, int pass, int restart) const
    {
        auto const number = static_cast<std::uint64_t>((pass * restarts_.count) + restart);
        RandomStream random({options_.seed, std::string(restarts_.purpose), options_.replicate, name_,
                             (options_.search_index << 32U) + number});
        enum Kind { shapes, component, components_of_others, triangle, kinds };
        auto const mixtures = source_mixtures(part.shapes[0]);
        // Kinds take turns, then sources: any number of restarts is spread evenly over both.
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

    PatternedScores const& domain_;
    std::string const& name_;
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

std::optional<SourceCandidate> best_new_sources(NoiseData const& data, NoiseParameters const& parameters,
                                                std::span<std::string const> names, JointOptions const& options,
                                                SourceRestarts restarts, SourceBlock const& block)
{
    SourceSearch const search(data.domains[block.domain], names[block.domain], options, restarts);
    return search.best(domain_part(parameters, block.domain), block);
}

std::optional<SourceCandidate> better_of(std::optional<SourceCandidate> first, std::optional<SourceCandidate> second)
{
    if (!first || (second && second->gain > first->gain)) return second;
    return first;
}

std::optional<NoiseOptimum> climb(NoiseData const& data, NoiseOptimum const& optimum,
                                  std::vector<SourceCandidate> candidates)
{
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](auto const& a, auto const& b) { return a.gain > b.gain; });
    // From the most promising down; each starts from the highest so far.
    std::optional<NoiseOptimum> higher;
    for (auto const& candidate : candidates) {
        auto const& from = higher ? *higher : optimum;
        // Sources of one domain at a time: what the others have gained by then stays in the start.
        auto start = from.fit.parameters;
        put_domain_part(candidate.part, candidate.domain, start);
        auto fitted = try_noise_fit(data, start);
        if (fitted && fitted->fit.penalised() > from.fit.penalised() + worth_it) higher = std::move(fitted);
    }
    return higher;
}

NoiseOptimum restart_shapes(NoiseData const& data, NoiseOptimum optimum, std::span<std::string const> names,
                            JointOptions const& options, SourceRestarts restarts)
{
    if (restarts.count == 0) return optimum;
    for (int pass = 0; pass < most_source_passes; ++pass) {
        std::vector<SourceCandidate> candidates;
        for (std::size_t k = 0; k < data.domains.size(); ++k)
            if (auto best = best_new_sources(data, optimum.fit.parameters, names, options, restarts,
                                             {k, pass, 0, restarts.count}))
                candidates.push_back(std::move(*best));
        auto higher = climb(data, optimum, std::move(candidates));
        if (!higher) break;
        optimum = std::move(*higher);
    }
    return optimum;
}

} // namespace exahca

#include "noise_shapes.hpp"

#include "exahca/core/random.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/numerics/density.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace exahca {
namespace {

constexpr int em_steps = 30;
constexpr double near = 2;        ///< nats that shapes may be short after EM and yet be worth a fit
constexpr double different = 0.1; ///< nats by which shapes have to differ from the present ones' value to be others
constexpr double worth_it = 0.05; ///< nats that a fit has to gain
constexpr int most_passes = 4;

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

/// Components anywhere within the source's range, of about its mean and variance together.
Vector random_shapes(SourceMixtures const& mixtures, Index source, RandomStream& random)
{
    Vector const weights = mixtures.log_weights.row(source).array().exp();
    Vector const means = mixtures.means.row(source), variances = mixtures.variances.row(source);
    double const mean = weights.dot(means);
    double const deviation = std::sqrt(weights.dot((variances + means.cwiseAbs2())) - mean * mean);
    Index const count = means.size();
    Vector w(count), m(count), v(count);
    for (Index c = 0; c < count; ++c) {
        w[c] = 0.1 + random.uniform();
        m[c] = mean + deviation * random.normal();
        v[c] = std::pow(deviation * std::exp(-1.6 * random.uniform()), 2); // a fifth of the deviation at least
    }
    return shapes_of(w / w.sum(), m, v);
}

/// One EM step of all sources' shapes, all else held. The gradient holds the expected counts and moments of components
/// (NoiseLikelihood, Fisher's identity), from which they are taken back.
void step(NoiseLikelihood const& likelihood, std::vector<double> const& rows, NoiseParameters& parameters,
          NoiseParameters& gradient)
{
    likelihood.evaluate(parameters, gradient);
    Index const count = parameters.components();
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        auto const mixtures = source_mixtures(parameters.shapes[k]);
        for (Index j = 0; j < parameters.factors(); ++j) {
            auto const slopes = gradient.shapes[k].col(j);
            Vector const weights = mixtures.log_weights.row(j).array().exp();
            Vector const means = mixtures.means.row(j), variances = mixtures.variances.row(j);
            Vector counts(count);
            counts.head(count - 1) = slopes.head(count - 1) + rows[k] * weights.head(count - 1);
            counts[count - 1] = rows[k] - counts.head(count - 1).sum();
            Vector const first = slopes.segment(count - 1, count).cwiseProduct(variances) + counts.cwiseProduct(means);
            Vector const second = (slopes.tail(count) + counts).cwiseProduct(variances) +
                                  2 * means.cwiseProduct(first) - counts.cwiseProduct(means.cwiseAbs2());
            // The penalty on shapes is worth about two models of the source itself in each component.
            double const mean = weights.dot(means);
            double const variance = weights.dot(variances + means.cwiseAbs2()) - mean * mean;
            Vector const c = counts.cwiseMax(0).array() + 1;
            Vector const m = (first.array() + mean) / c.array();
            Vector const v =
                ((second.array() + variance + mean * mean) / c.array() - m.array().square()).max(0.01 * variance);
            parameters.shapes[k].col(j) = shapes_of(c / c.sum(), m, v);
        }
    }
}

/// New shapes of one domain that may lead higher.
struct Candidate
{
    std::size_t domain;
    double gain; ///< before the fit
    Matrix shapes;
};

class ShapeSearch
{
public:
    ShapeSearch(NoiseData const& data, std::span<std::string const> names, JointOptions const& options)
        : likelihood_(data.domains), names_(names), options_(options)
    {
        for (auto const& domain : data.domains) {
            std::size_t count = 0;
            for (auto const& pattern : domain.patterns)
                if (!pattern.observed.empty() || !pattern.censored.empty()) count += pattern.rows.size();
            rows_.push_back(static_cast<double>(count));
        }
    }

    /// The best new shapes of every domain that come near its present value, the most promising first.
    [[nodiscard]] std::vector<Candidate> candidates(NoiseParameters const& parameters, int pass)
    {
        auto const present = values_by_domain(likelihood_, parameters);
        std::vector<Candidate> best;
        for (int i = 0; i < options_.shape_restarts; ++i) {
            auto trial = randomised(parameters, pass, i);
            NoiseParameters gradient;
            StopScope::look();
            for (int s = 0; s < em_steps; ++s) step(likelihood_, rows_, trial, gradient);
            auto const values = values_by_domain(likelihood_, trial);
            for (std::size_t k = 0; k < values.size(); ++k) take(best, {k, values[k] - present[k], trial.shapes[k]});
        }
        std::stable_sort(best.begin(), best.end(), [](auto const& a, auto const& b) { return a.gain > b.gain; });
        return best;
    }

private:
    /// Random shapes of one source in every domain.
    [[nodiscard]] NoiseParameters randomised(NoiseParameters const& parameters, int pass, int restart) const
    {
        NoiseParameters trial = parameters;
        auto const number = static_cast<std::uint64_t>((pass * options_.shape_restarts) + restart);
        Index const source = restart % (parameters.factors() + 1); // the last: all of them
        for (std::size_t k = 0; k < parameters.domains(); ++k) {
            RandomStream random(
                {options_.seed, "shapes", options_.replicate, names_[k], (options_.search_index << 32U) + number});
            auto const mixtures = source_mixtures(parameters.shapes[k]);
            for (Index j = 0; j < parameters.factors(); ++j)
                if (source == j || source == parameters.factors())
                    trial.shapes[k].col(j) = random_shapes(mixtures, j, random);
        }
        return trial;
    }

    // What came back to the present shapes is no candidate, and of each domain only the best is one.
    void take(std::vector<Candidate>& best, Candidate candidate) const
    {
        if (!(candidate.gain > -near) || std::abs(candidate.gain) < different) return;
        auto const same =
            std::find_if(best.begin(), best.end(), [&](Candidate const& c) { return c.domain == candidate.domain; });
        if (same == best.end())
            best.push_back(std::move(candidate));
        else if (candidate.gain > same->gain)
            *same = std::move(candidate);
    }

    NoiseLikelihood likelihood_;
    std::span<std::string const> names_;
    JointOptions const& options_;
    std::vector<double> rows_; ///< of which something is known, per domain
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
                            JointOptions const& options)
{
    if (options.shape_restarts == 0) return optimum;
    ShapeSearch search(data, names, options);
    for (int pass = 0; pass < most_passes; ++pass) {
        bool helped = false;
        for (auto const& candidate : search.candidates(optimum.fit.parameters, pass)) {
            auto start = optimum.fit.parameters;
            start.shapes[candidate.domain] = candidate.shapes;
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

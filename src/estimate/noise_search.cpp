#include "exahca/estimate/noise_search.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/item_noise.hpp"
#include "exahca/model/noise_starts.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "joint_optima.hpp"
#include "noise_anchors.hpp"
#include "noise_shapes.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace exahca {
namespace {

constexpr double settled = 0.5; // nats: what returning to a span has to gain
constexpr double other_span_degrees = 10;
constexpr Index models_for_a_flag = 25; // so many models more make a search inside a span try one random flag less

// G^+ = (G'G)^-1 G', factors x benchmarks; its last rows span what those of H do.
Matrix pseudo_inverse(Matrix const& loadings)
{
    return (loadings.transpose() * loadings).ldlt().solve(loadings.transpose());
}

/// The flag in standardised units, in which everything here is compared: nothing may depend on the units of a file.
Matrix flag_of(NoiseParameters const& parameters)
{
    Matrix unmixing = orthonormal_rows_from_last(pseudo_inverse(parameters.loadings));
    fix_row_signs(unmixing);
    return unmixing;
}

struct Analysed
{
    // In standardised units, one component per source; the likelihood is that of the standardised scores.
    NoiseParameters parameters;
    double log_likelihood;
};

/// Factor analyses from principal components and random starts, the best first.
std::vector<Analysed> analyse(NoiseData const& data, JointOptions const& options)
{
    std::vector<Analysed> found;
    auto const add = [&](NoiseParameters const& start) {
        try {
            auto analysis = analyse_factors(data.domains, with_known_noise(start, data.known_noise));
            found.push_back({std::move(analysis.parameters), analysis.log_likelihoods.back()});
        } catch (NumericalFailure const&) { // one start of several
        }
    };
    add(principal_component_start(data.domains, options.factors));
    // Each independent search has random starts of its own, whatever their number.
    auto const first = options.search_index * static_cast<std::uint64_t>(options.random_spans);
    for (int i = 0; i < options.random_spans; ++i)
        add(random_start(data.domains, options.factors,
                         {options.seed, "span", options.replicate, {}, first + static_cast<std::uint64_t>(i)}));
    if (found.empty()) throw NumericalFailure("no factor analysis has a finite likelihood");
    std::stable_sort(found.begin(), found.end(),
                     [](auto const& a, auto const& b) { return a.log_likelihood > b.log_likelihood; });
    return found;
}

/// The best span and others at an angle to those before.
std::vector<NoiseParameters> starting_spans(NoiseData const& data, JointOptions const& options)
{
    // In the order of falling likelihood, so the best analysis is always among them; a span closer than
    // other_span_degrees to one before would be looked into twice.
    std::vector<NoiseParameters> spans;
    std::vector<Matrix> flags;
    for (auto& analysis : analyse(data, options)) {
        if (static_cast<int>(spans.size()) == options.spans) break;
        Matrix const flag = flag_of(analysis.parameters);
        auto const near = [&](Matrix const& other) {
            // The largest angle between the whole spans: entry m - 1 compares all m rows.
            return flag_angles(flag, other)[flag.rows() - 1] < other_span_degrees;
        };
        if (std::any_of(flags.begin(), flags.end(), near)) continue;
        flags.push_back(flag);
        spans.push_back(std::move(analysis.parameters));
    }
    return spans;
}

/// Complete rows in standardised units; scores that are cut off are taken as they stand.
std::vector<Matrix> complete_rows_of(NoiseData const& data)
{
    std::vector<Matrix> complete;
    for (auto const& domain : data.domains) {
        std::vector<Index> rows;
        for (Index i = 0; i < domain.models(); ++i)
            // The span likelihood takes every score as exact, bounds included.
            if (domain.scores.row(i).allFinite()) rows.push_back(i);
        complete.emplace_back(domain.scores(rows, Eigen::all));
    }
    return complete;
}

/// Whether the span likelihood can say something: most rows of every domain are complete.
bool mostly_complete(NoiseData const& data, std::span<Matrix const> complete)
{
    for (std::size_t k = 0; k < complete.size(); ++k) {
        auto const& domain = data.domains[k];
        // Half of a domain's models, and at least two rows for each benchmark.
        if (2 * complete[k].rows() < domain.models() || complete[k].rows() < 2 * domain.benchmarks()) return false;
    }
    return true;
}

class Searcher
{
public:
    Searcher(NoiseData const& data, std::span<std::string const> names, JointOptions const& options)
        : data_(data), names_(names), options_(options)
    {
    }

    /// Looks for orders, sources and flags inside a span, and polishes the best. A span that it fails in is left.
    void try_to_look_into(NoiseParameters const& gaussian)
    {
        try {
            look_into(gaussian);
        } catch (NumericalFailure const& failure) {
            last_failure_ = failure.what();
            found_.first_span_failed = found_.first_span_failed || found_.spans.empty();
        }
    }

    void look_into(NoiseParameters const& gaussian)
    {
        // Factor scores are a data set of m benchmarks and m factors, of which the span likelihood finds orders,
        // sources and flags.
        FactorSpan span = factor_span(data_, gaussian, names_, inside_span(options_, found_.spans.size()));
        JointEstimate estimate = estimate_joint(span.context, names_, inside_span(options_, found_.spans.size()));
        if (found_.spans.empty()) {
            found_.starts.known = std::move(estimate.order_searches);
            found_.starts.outcome = estimate.search_outcome;
            found_.starts.mean_lower_bound = estimate.mean_lower_bound;
            found_.starts.mic_lower_bound = estimate.mic_lower_bound;
        }
        // The best few optima of the factor scores are starts of noise-aware fits.
        auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(options_.polished));
        for (std::size_t i = 0; i < count; ++i) polish(noise_start(span, estimate.optima[i].isotropic.parameters));
        // Orders are ranks of components of the first span; those of other spans are of other components.
        if (found_.spans.empty()) found_.orders = std::move(estimate.orders);
        found_.spans.push_back(std::move(span));
    }

    /// The optima of the span likelihood, residuals released, as starts.
    /// \param complete  rows in standardised units
    void take_span_fits(std::span<Matrix const> complete)
    {
        // 1: no extra starting orders, which are about the components of the first span.
        JointOptions options = inside_span(options_, 1);
        options.residuals = ResidualFit::released;
        JointEstimate estimate;
        try {
            estimate = estimate_joint(complete, names_, options);
        } catch (NumericalFailure const&) {
            return; // what the other spans have found stands
        }
        std::vector<CentredDomain> domains;
        std::vector<Vector> means;
        for (Matrix const& scores : complete) {
            domains.push_back(centre(scores));
            means.push_back(domains.back().mean);
        }
        // Kept for the comparison of the two likelihoods (span_comparison.hpp).
        found_.span_fit = estimate.best().fit;
        auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(options_.polished));
        for (std::size_t i = 0; i < count; ++i) {
            auto const& parameters = estimate.optima[i].fit.parameters;
            auto start = as_noise_parameters(parameters, means, residual_variances(domains, parameters));
            polish(with_known_noise(std::move(start), data_.known_noise));
        }
    }

    void polish(NoiseParameters const& start)
    {
        if (auto optimum = try_noise_fit(data_, start)) take(std::move(*optimum));
    }

    /// Looks for better densities of the sources of the best optimum.
    void restart_shapes_of_best()
    {
        if (options_.shape_restarts == 0) return;
        auto restarted = restart_shapes(data_, found_.optima[0], names_, options_, {options_.shape_restarts});
        if (restarted.fit.penalised() > best()) take(std::move(restarted));
    }

    [[nodiscard]] double best() const
    {
        return found_.optima.empty() ? -std::numeric_limits<double>::infinity() : found_.optima[0].fit.penalised();
    }
    [[nodiscard]] NoiseSearch& found() { return found_; }
    [[nodiscard]] std::string const& last_failure() const { return last_failure_; }

private:
    /// Among the optima, in the place of the one with the same flag if that is lower.
    void take(NoiseOptimum optimum)
    {
        auto& optima = found_.optima;
        // One optimum for each flag: the higher of two stays, with the fits of both. The list stays sorted by falling
        // penalised likelihood.
        auto const same = [&](NoiseOptimum const& other) {
            return flags_agree(other.unmixing, optimum.unmixing, options_.same_flag_degrees);
        };
        auto const known = std::find_if(optima.begin(), optima.end(), same);
        int fits = 1;
        if (known != optima.end()) {
            auto const place = known - optima.begin();
            fits += found_.fits[static_cast<std::size_t>(place)];
            if (known->fit.penalised() >= optimum.fit.penalised()) {
                found_.fits[static_cast<std::size_t>(place)] = fits;
                return;
            }
            found_.fits.erase(found_.fits.begin() + place);
            optima.erase(known);
        }
        auto const at = std::find_if(optima.begin(), optima.end(), [&](NoiseOptimum const& other) {
            return other.fit.penalised() < optimum.fit.penalised();
        });
        found_.fits.insert(found_.fits.begin() + (at - optima.begin()), fits);
        optima.insert(at, std::move(optimum));
    }

    NoiseData const& data_;
    std::span<std::string const> names_;
    JointOptions const& options_;
    NoiseSearch found_;
    std::string last_failure_ = "no noise-aware fit has a finite likelihood";
};

/// All of one independent search: the spans of factor analyses, the span likelihood's, that of the best fit, and the
/// densities of the sources at the best optima.
void search_all_spans(Searcher& searcher, NoiseData const& data, JointOptions const& options)
{
    for (auto const& span : starting_spans(data, options)) searcher.try_to_look_into(span);
    auto const complete = complete_rows_of(data);
    if (options.span_starts && mostly_complete(data, complete)) searcher.take_span_fits(complete);
    // The span of the best fit is not that of the factor analysis it came from: the likelihood has moved it.
    for (int i = 0; i < options.returns; ++i) {
        if (searcher.found().optima.empty()) break;
        double const before = searcher.best();
        searcher.try_to_look_into(gaussian_of(searcher.found().optima[0].fit.parameters));
        if (searcher.best() - before < settled) break;
    }
    if (searcher.found().optima.empty() || searcher.found().spans.empty())
        throw NumericalFailure(searcher.last_failure());
    searcher.restart_shapes_of_best();
}

} // namespace

NoiseData standardised_data(std::span<Matrix const> scores, JointOptions const& options)
{
    NoiseData data = noise_data(scores, options.bounds, item_noise(scores, options.items));
    data.anchors = options.anchors;
    return data;
}

JointOptions inside_span(JointOptions options, std::size_t span)
{
    options.noise = NoiseModel::span;
    options.residuals = ResidualFit::fixed;
    options.searches = 1; // the others are done from the start
    // What is left to find is found by other searches and by the noise-aware fits, for less.
    JointOptions const quick;
    options.restarted_optima = quick.restarted_optima;
    options.restart_passes = quick.restart_passes;
    if (span > 0) options.extra_starts.clear(); // rows of the first span's components
    return options;
}

FactorSpan factor_span(NoiseData const& data, NoiseParameters const& gaussian, std::span<std::string const> names,
                       JointOptions const& options)
{
    // Loadings with orthonormal columns: angles between flags of the factor scores are those of standardised scores.
    Matrix const basis = orthonormal_rows_from_last(pseudo_inverse(gaussian.loadings)) * gaussian.loadings;
    FactorSpan span{with_basis(gaussian, basis), {}, {}};
    auto const scores = factor_scores(data.domains, span.gaussian);
    for (Matrix const& domain : scores) span.centres.emplace_back(domain.colwise().mean().transpose());
    span.context = joint_context(scores, names, options);
    return span;
}

NoiseParameters noise_start(FactorSpan const& span, JointParameters const& fit)
{
    // A fit y = V f of the (centred) factor scores has f = V^-1 T_k^-1 e: G becomes G V^-1 and R_k = T_k^-1. The
    // centres of the scores go to mu_k; noise is that of the factor analysis.
    NoiseParameters start = span.gaussian;
    Matrix const back = fit.subspace.inverse(); // y = V f
    start.loadings = span.gaussian.loadings * back;
    for (std::size_t k = 0; k < start.domains(); ++k) {
        start.mixing[k] = fit.sources[k].inverse();
        start.means[k] += span.gaussian.loadings * span.centres[k];
    }
    start.shapes = fit.shapes;
    return start;
}

std::optional<NoiseOptimum> try_noise_fit(NoiseData const& data, NoiseParameters const& start)
{
    try {
        // A start that does not keep the anchors is moved to the nearest flag that does.
        auto const anchored = data.anchors.empty() ? start : anchored_start(data, start);
        if (!anchored) return std::nullopt;
        auto fit = fit_noise(data.domains, *anchored, {.anchors = data.anchors});
        Matrix unmixing = flag_of(fit.parameters);
        return NoiseOptimum{std::move(fit), std::move(unmixing)};
    } catch (NumericalFailure const&) {
        return std::nullopt;
    }
}

NoiseOrders noise_orders(std::span<Matrix const> scores, std::span<std::string const> names,
                         JointOptions const& options)
{
    NoiseOrders orders{standardised_data(scores, options), {}};
    std::string last_failure;
    // The first span that does not fail, as in the first independent search: ranks of orders have to mean the same.
    for (auto const& gaussian : starting_spans(orders.data, options)) try {
            orders.span = factor_span(orders.data, gaussian, names, inside_span(options, 0));
            return orders;
        } catch (NumericalFailure const& failure) {
            last_failure = failure.what();
        }
    throw NumericalFailure(last_failure);
}

std::vector<FittedOrder> fit_order_range(NoiseOrders const& orders, std::int64_t first, std::int64_t last)
{
    auto fits = fit_order_range(orders.span.context, first, last);
    for (FittedOrder& fitted : fits) {
        // From the fit to factor scores to the noise-aware one.
        if (!std::isfinite(fitted.fit.log_likelihood)) continue;
        auto const optimum = try_noise_fit(orders.data, noise_start(orders.span, fitted.fit.parameters));
        if (!optimum) {
            fitted.fit.log_likelihood = -std::numeric_limits<double>::infinity();
            continue;
        }
        fitted.fit = as_joint_fit(orders.data, optimum->fit);
        fitted.unmixing = read_fit(fitted.fit.parameters).unmixing;
        auto const size = model_size(orders.data, orders.span.context.factors(), orders.span.context.density);
        fitted.aic = aic(fitted.fit.log_likelihood, size);
        fitted.bic = bic(fitted.fit.log_likelihood, size);
    }
    return fits;
}

ModelSize model_size(NoiseData const& data, Index factors, DensityFamily density)
{
    auto const absent = absent_benchmarks(data);
    // As many parameters as a span fit with released residuals: psi for the metric, s_k for the residual scales
    // (docs/noise.md, The two likelihoods).
    return {factors,
            data.deviations.size(),
            static_cast<Index>(data.domains.size()),
            data.models(),
            density,
            SourcePattern::triangular,
            ResidualFit::released,
            std::accumulate(absent.begin(), absent.end(), Index{0}),
            restrictions_of(data.anchors, factors)};
}

JointFit as_joint_fit(NoiseData const& data, NoiseFit const& fit)
{
    JointFit joint;
    joint.parameters = as_joint_parameters(in_score_units(fit.parameters, data));
    // The density of scores in their units; penalties have no unit.
    joint.log_likelihood = fit.log_likelihood - data.log_volume;
    joint.penalty = fit.penalty;
    joint.evaluations = fit.evaluations;
    joint.outcome = fit.outcome;
    return joint;
}

Matrix shown_flag(NoiseData const& data, NoiseFit const& fit)
{
    return read_fit(as_joint_fit(data, fit).parameters).unmixing;
}

int searches_agreeing(std::span<NoiseSearch const> searches, Matrix const& unmixing, double value, double degrees)
{
    // By each search's best optimum alone: what it found besides, it would not have answered.
    auto const agrees = [&](NoiseSearch const& search) {
        auto const& best = search.optima.at(0);
        return best.fit.penalised() >= value - contending && flags_agree(best.unmixing, unmixing, degrees);
    };
    return static_cast<int>(std::count_if(searches.begin(), searches.end(), agrees));
}

bool needs_more_searches(std::span<NoiseSearch const> searches, double degrees)
{
    if (searches.size() < 2) return false;
    auto const value = [](NoiseSearch const& search) { return search.optima.at(0).fit.penalised(); };
    auto const& highest = *std::max_element(searches.begin(), searches.end(),
                                            [&](auto const& a, auto const& b) { return value(a) < value(b); });
    return searches_agreeing(searches, highest.optima[0].unmixing, value(highest), degrees) < 2;
}

NoiseSearch search_noise_aware(NoiseData const& data, std::span<std::string const> names, JointOptions const& given)
{
    // Small base models have optima that no starting order leads to, and fits of them cost little.
    JointOptions options = given;
    options.random_flags = static_cast<int>(std::max<Index>(0, given.random_flags - data.models() / models_for_a_flag));
    Searcher searcher(data, names, options);
    telling_when_stopped(searcher.found().starts.known, [&] { search_all_spans(searcher, data, options); });
    return std::move(searcher.found());
}

} // namespace exahca

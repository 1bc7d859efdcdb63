#include "exahca/estimate/noise_estimator.hpp"

#include "difference_error.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/noise_items.hpp"
#include "exahca/estimate/noise_record.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_order.hpp"
#include "joint_optima.hpp"
#include "noise_anchors.hpp"
#include "noise_finish.hpp"
#include "span_comparison.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <set>

namespace exahca {
namespace {

// What has been done, roughly, when the searches have ended, and when something has been made of all of them.
constexpr double searched = 0.75, finished = 0.86;

/// Generalised least squares of the span's factors from scores, in score units.
Matrix pseudo_inverse_of(FactorSpan const& span, NoiseData const& data)
{
    return as_joint_parameters(in_score_units(span.gaussian, data)).subspace;
}

JointOptimum describe(NoiseData const& data, FactorSpan const& span, NoiseOptimum const& found, int fits,
                      JointOptions const& options)
{
    JointOptimum optimum;
    optimum.noise = in_score_units(found.fit.parameters, data);
    optimum.fit = optimum.isotropic = as_joint_fit(data, found.fit);
    optimum.reading = optimum.isotropic_reading = read_fit(optimum.fit.parameters);
    optimum.residuals = ResidualFit::released;
    optimum.fits = fits;
    // Noise-aware fits have one likelihood: the isotropic members hold the same fit.
    auto const size = model_size(data, options.factors, options.density);
    optimum.parameters = parameter_count(size);
    optimum.aic = optimum.isotropic_aic = aic(optimum.fit.log_likelihood, size);
    optimum.bic = optimum.isotropic_bic = bic(optimum.fit.log_likelihood, size);
    // The flag on the span's factors: what the rows of V make of its loadings.
    Matrix const flag = optimum.fit.parameters.subspace * data.deviations.asDiagonal() * span.gaussian.loadings;
    Matrix const& white = span.context.shared.projection; // P S P' = I: y = white^-1 (white y)
    optimum.order = order_at_flag(span.context.standardised, flag * white.inverse());
    optimum.inexactness = inexactness_of(span.context, optimum.order);
    return optimum;
}

void judge(NoiseData const& data, CountedOptima const& merged, JointEstimate& estimate)
{
    double const best = merged[0].first.fit.penalised();
    // search_values are those of scores in their units, less log_volume; penalised values of fits are not yet.
    double const least = *std::min_element(estimate.search_values.begin(), estimate.search_values.end());
    estimate.search_spread = best - data.log_volume - least; // the answer may be above all of them
    estimate.optimiser_miss = estimate.search_spread;
    NoiseLikelihood const likelihood(data.domains);
    auto const answer = likelihood.row_log_likelihoods(merged[0].first.fit.parameters);
    // Copies of one model are no independent witnesses: their differences count as one.
    std::vector<RowGroups> copies;
    for (auto const& domain : data.domains) copies.push_back(equal_rows(domain.scores));
    estimate.decided = true;
    for (std::size_t i = 0; i < estimate.optima.size(); ++i) {
        auto& optimum = estimate.optima[i];
        // All optima have the same residual model, so both are one number here.
        optimum.gap = optimum.behind = best - merged[i].first.fit.penalised();
        optimum.angles_to_best = flag_angles(optimum.reading.unmixing, estimate.optima[0].reading.unmixing);
        if (i == 0) continue;
        optimum.behind_error =
            difference_error(copies, answer, likelihood.row_log_likelihoods(merged[i].first.fit.parameters));
        if (optimum.behind <= least_decisive(estimate.optimiser_miss, estimate.remaining_miss, optimum.behind_error))
            estimate.decided = false;
    }
}

/// How many benchmarks are a copy, a mean, a sum or another combination of others, in all domains or in one.
std::int64_t dependent_benchmarks(std::span<Matrix const> scores, std::span<std::string const> names)
{
    std::vector<DomainSpread> domains;
    for (std::size_t k = 0; k < scores.size(); ++k) domains.push_back(spread_of(names[k], scores[k]));
    std::set<Index> dependent;
    for (auto const& defect : find_column_defects(domains))
        // Not those that are constant or absent: they count as missing and tie no noise together.
        if (!defect.others.empty()) dependent.insert(defect.column);
    return std::ssize(dependent);
}

/// Every optimum as a line of the table of orders; of those with one candidate order the best.
std::vector<FittedOrder> orders_of(std::vector<JointOptimum> const& optima)
{
    // Optima fall in likelihood, so the first with an order is its best.
    std::vector<FittedOrder> orders;
    for (std::size_t i = 0; i < optima.size(); ++i) {
        auto const& optimum = optima[i];
        auto const same = [&](FittedOrder const& other) { return other.order == optimum.order; };
        if (std::any_of(orders.begin(), orders.end(), same)) continue;
        orders.push_back({optimum.order, optimum.fit, optimum.reading.unmixing, optimum.bic, optimum.aic,
                          optimum.inexactness, static_cast<int>(i)});
    }
    return orders;
}

/// The independent searches of an estimate.
struct Searches
{
    std::vector<NoiseSearch> found;       ///< in the order of their numbers; failed ones are missing
    std::optional<FactorSpan> first_span; ///< the candidate orders of all optima are about its components
    std::string last_failure;             ///< what to say where all have failed
};

/// Does a search, or takes it from those that were done elsewhere.
void add_search(Searches& searches, NoiseData const& data, std::span<std::string const> names,
                JointOptions const& options, std::span<Bytes const> known)
{
    auto const number = static_cast<std::size_t>(options.search_index);
    // The message of a search holds no spans; conclude() makes the first one anew where it needs it.
    if (number < known.size() && !known[number].empty()) {
        searches.found.push_back(read_noise_search(known[number]));
        return;
    }
    try {
        searches.found.push_back(search_noise_aware(data, names, options));
    } catch (NumericalFailure const& failure) { // one of several
        searches.last_failure = failure.what();
        return;
    }
    auto& search = searches.found.back();
    if (number == 0 && !search.first_span_failed) searches.first_span = std::move(search.spans[0]);
}

/// As many searches as asked for, and as many again where these disagree.
/// \throws SearchStopped  when a request to stop has come after the first has ended its searches for orders
Searches search_independently(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                              std::span<Bytes const> known)
{
    Searches searches;
    std::vector<InterimSearch> order_searches;
    telling_when_stopped(order_searches, [&] {
        int count = options.searches;
        for (int i = 0; i < count; ++i) {
            JointOptions one = options;
            one.search_index = static_cast<std::uint64_t>(i);
            // A search says nothing of its own steps here; what is told is which search it is.
            one.activity = nullptr;
            tell(options, fmt::format("independent search {} of {}", i + 1, count),
                 searched * static_cast<double>(i) / static_cast<double>(count));
            add_search(searches, data, names, one, known);
            if (i == 0 && !searches.found.empty()) order_searches = searches.found[0].starts.known;
            // Decided once, when the searches that were asked for have ended.
            if (i + 1 == options.searches && needs_more_searches(searches.found, options.same_flag_degrees))
                count = 2 * options.searches;
        }
    });
    if (searches.found.empty()) throw NumericalFailure(searches.last_failure);
    return searches;
}

/// What the independent searches agree and differ in.
void put_searches(NoiseData const& data, std::span<NoiseSearch const> searches, NoiseOptimum const& answer,
                  double degrees, JointEstimate& estimate)
{
    for (auto const& search : searches)
        estimate.search_values.push_back(search.optima[0].fit.penalised() - data.log_volume);
    estimate.optima[0].searches = searches_agreeing(searches, answer.unmixing, answer.fit.penalised(), degrees);
    auto const& starts = searches[0].starts;
    estimate.order_searches = starts.known;
    estimate.search_outcome = starts.outcome;
    estimate.mean_lower_bound = starts.mean_lower_bound;
    estimate.mic_lower_bound = starts.mic_lower_bound;
}

/// The optima that all searches lead to: those that were found elsewhere, or else by doing all pieces in their order.
CountedOptima optima_of_all(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                            std::span<NoiseSearch const> searches, Bytes const& known)
{
    if (!known.empty()) {
        ByteReader reader(known);
        auto optima = get_optima(reader);
        reader.expect_end();
        return optima;
    }
    NoiseFinish finish(searches, options);
    while (!finish.ended()) {
        auto const pieces = finish.pieces();
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            tell(options, std::string(describe(finish.step())), searched + (finished - searched) * finish.share());
            finish.take(i, do_finish_piece(data, names, options, pieces[i]));
        }
    }
    return finish.take_optima();
}

/// The answer of all searches, and the comparisons that an estimate of several makes.
JointEstimate conclude(NoiseData const& data, std::span<Matrix const> scores, std::span<std::string const> names,
                       JointOptions const& options, Searches searches, EstimatePieces const& known)
{
    auto const merged = optima_of_all(data, names, options, searches.found, known.optima);
    JointEstimate estimate;
    FactorSpan const span =
        searches.first_span ? std::move(*searches.first_span) : noise_orders(scores, names, options).span;
    // Orders of all optima are about the components of one span, the first search's first.
    for (auto const& [found, fits] : merged) estimate.optima.push_back(describe(data, span, found, fits, options));
    put_searches(data, searches.found, merged[0].first, options.same_flag_degrees, estimate);
    judge(data, merged, estimate);
    estimate.components = span.context.components;
    estimate.sizes = span.context.sizes;
    estimate.shared = span.context.shared; // of sources as weighted sums of scores
    // P is about factor scores; times the map from scores to these it is about scores.
    estimate.shared.projection = estimate.shared.projection * pseudo_inverse_of(span, data);
    estimate.orders = orders_of(estimate.optima);
    estimate.noise_at_bound = at_least_psi(merged[0].first.fit.parameters);
    // An estimate of the data as they are. A replicate has one search, makes no comparisons, and nobody asks whether it
    // decides.
    if (options.searches > 1) {
        estimate.dependent_benchmarks = dependent_benchmarks(scores, names);
        if (estimate.dependent_benchmarks > 0) estimate.decided = false;
        if (!data.known_noise.empty()) {
            tell(options, "other shares of the items' noise", finished);
            estimate.item_shares = vary_item_share(data, scores, merged, options);
        }
        if (!data.anchors.empty()) {
            tell(options, "the same without anchors", 0.87);
            estimate.anchors = test_anchors(data, names, options, merged[0].first);
        }
        tell(options, "comparison with exact scores", 0.88);
        try {
            estimate.span = compare_with_span(data, names, options, estimate.best(), searches.found[0].span_fit,
                                              known.exact_scores);
        } catch (NumericalFailure const&) { // a comparison must not cost the answer
        }
    }
    estimate.warnings = noise_warnings(options, names, estimate);
    return estimate;
}

} // namespace

JointEstimate estimate_noise_aware(std::span<Matrix const> scores, std::span<std::string const> names,
                                   JointOptions const& options, EstimatePieces const& known)
{
    NoiseData const data = standardised_data(scores, options);
    auto searches = search_independently(data, names, options, known.searches);
    auto const order_searches = searches.found[0].starts.known;
    return telling_when_stopped(order_searches,
                                [&] { return conclude(data, scores, names, options, std::move(searches), known); });
}

} // namespace exahca

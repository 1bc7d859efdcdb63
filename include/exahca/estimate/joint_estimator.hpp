#pragma once

#include "exahca/core/activity.hpp"
#include "exahca/estimate/interim_search.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_refit.hpp"
#include "exahca/model/incomplete_scores.hpp"
#include "exahca/model/information_criteria.hpp"
#include "exahca/model/noise_fit.hpp"
#include "exahca/model/noise_model.hpp"
#include "exahca/search/order_search.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Independent searches that an estimate of the noise-aware likelihood does, or twice as many: needs_more_searches.
inline constexpr int independent_searches = 4;
/// By how many of its standard errors a difference of log likelihoods has to exceed 0 to decide: 5 %, one-sided.
inline constexpr double decisive_errors = 1.64;

/// How far an optimum has to be behind the answer, in nats, to be told from it: more than 1, than what searches still
/// gain (JointEstimate::optimiser_miss, remaining_miss), and than decisive_errors of its standard errors.
[[nodiscard]] constexpr double least_decisive(double optimiser_miss, double remaining_miss, double error)
{
    return std::max({1.0, optimiser_miss, remaining_miss, decisive_errors * error});
}

/// How much the joint estimator does (method.md, section 5). Screening comes before it.
struct JointOptions
{
    Index factors = 3;                             ///< m, 1 to the number of benchmarks
    DensityFamily density = DensityFamily::mog3;   ///< extended, sas, mog2 or mog3
    int starts = 12;                               ///< starting orders, 1 or more
    ResidualFit residuals = ResidualFit::released; ///< whether the best optima get a free residual metric at the end
    int restarted_optima = 2;                      ///< best optima whose sources are refitted at their flag, 0 or more
    int restart_passes = 1;  ///< how often, at most; fewer when the leading two gain nothing any more, 1 or more
    int released_optima = 4; ///< best optima that get their residuals released, 1 or more; the released likelihood
                             ///< chooses the answer, so a replicate has to release as many as the estimate
    int random_flags = 0;    ///< random flags of the same span that are tried against the best, 0 or more
    double same_flag_degrees = exahca::same_flag_degrees; ///< optima closer than that at every level are one
    SearchLimits search{.tuples = 120'000'000};           ///< of each of the two searches for starting orders
    NoiseModel noise = NoiseModel::span; ///< aware needs the densities mog2 or mog3, and fewer factors than benchmarks
    ScoreBounds bounds;                  ///< where scores are cut off; empty: nowhere. Exact scores decide nothing then
    BenchmarkItems items;                ///< noise aware: whose noise is known (item_noise); empty: none
    std::vector<Anchor> anchors;         ///< noise aware: restrictions of the flag; empty: none
    /// Independent searches, the best of which is the answer; with exact scores, random starts of the components that
    /// starting orders are looked for among. 1 or more
    int searches = 1;
    int spans = 2;                  ///< noise aware: spans of the factors that a search starts from, 1 or more
    int random_spans = 2;           ///< noise aware: random starts of the factor analysis, 0 or more
    int polished = 2;               ///< noise aware: optima of each span whose likelihood is maximised, 1 or more
    bool span_starts = false;       ///< noise aware: whether fits start from optima of the span likelihood, too
    int returns = 1;                ///< noise aware: how often, at most, a search returns to the span of its best fit
    int shape_restarts = 0;         ///< noise aware: random sources of each domain tried at the best optimum, 0 or more
    int last_restarts = 0;          ///< the same at the best of several searches, 0 or more
    std::uint64_t search_index = 0; ///< which of the independent searches this is
    FastIcaOptions fast_ica;        ///< of the components that the likelihood starts from
    std::uint64_t seed = 1;         ///< for random starts and flags
    std::uint64_t replicate = 0;    ///< the same
    std::vector<CandidateOrder> extra_starts; ///< starting orders besides those of the two searches
    std::vector<std::string> benchmarks;      ///< names for warnings; empty: benchmarks are numbered from 1
    Activity* activity = nullptr;             ///< is told what is going on, where there is one; outlives the estimate
};

/// The recommended effort for the data as they are: more restarts, random flags.
[[nodiscard]] JointOptions thorough(JointOptions options);

/// Inexactness of a candidate order of the domains' components (JointContext::standardised), by evaluate_order.
struct OrderInexactness
{
    double mic = 0;              ///< largest IC_k of the order's own least-squares flag, domains weighted alike
    double mean = 0;             ///< mean of IC_k weighted by n_k, of the order's n-weighted least-squares flag
    std::vector<double> domains; ///< IC_k of the first flag, whose largest is `mic`
};
[[nodiscard]] OrderInexactness inexactness_of(JointContext const& context, CandidateOrder const& order);

/// One candidate order, fitted.
struct FittedOrder
{
    CandidateOrder order; ///< rows of the domains' components
    JointFit fit;         ///< isotropic
    Matrix unmixing;      ///< H of the fit
    double bic = 0;
    double aic = 0;
    OrderInexactness inexactness; ///< of `order`, where the fit started
    int optimum = 0;              ///< index into JointEstimate::optima
};

/// How an optimum was found.
enum class OptimumSource {
    start,     ///< the joint fit of a starting order, and restarts from there
    challenge, ///< a refit at another flag that beat the best optimum
};

/// A maximum of the likelihood, apart from others by its flag. All that is said of an answer is a member of one of
/// these.
struct JointOptimum
{
    JointFit isotropic; ///< best fit of the group, after restarts
    JointReading isotropic_reading;
    JointFit fit;         ///< with released residuals where asked for and among the best, else the isotropic one
    JointReading reading; ///< of `fit`
    ResidualFit residuals = ResidualFit::fixed; ///< of `fit`
    int fits = 0;                               ///< starting orders that led here
    double gap = 0;          ///< penalised isotropic log likelihood below the best optimum's, at least 0
    Vector angles_to_best;   ///< degrees per level, from the answer's isotropic flag (see flag_angles)
    double restart_gain = 0; ///< how much the last restart of its sources raised it
    double behind = 0; ///< penalised log likelihood below the answer's: of `fit` where both have the same residuals,
                       ///< else isotropic; 0 for the answer
    double aic = 0, bic = 0;                     ///< of `fit`
    Index parameters = 0;                        ///< of `fit`
    double isotropic_aic = 0, isotropic_bic = 0; ///< of `isotropic`
    OptimumSource source = OptimumSource::start;
    /// The candidate order of the domains' components that the flag of `fit` calls for (see order_of_fit): where a fit
    /// moved away from the order that it started from, or started from none, this is the order that it ended at.
    CandidateOrder order;
    OrderInexactness inexactness; ///< of `order`
    NoiseParameters noise;        ///< of `fit`, in score units, when the fit is noise-aware; else without domains
    int searches = 0;             ///< noise aware: independent searches that ended here, no more than 4 nats below
    double behind_error = 0;      ///< standard error of `behind`
};

/// The candidate order of a fit: at the flag of its V, each domain's permutation of components of least inexactness
/// (order_at_flag). V is taken into the coordinates P x of the components by least squares, V S P', S the pooled
/// covariance, since a fit moves V out of the span of P.
[[nodiscard]] CandidateOrder order_of_fit(JointContext const& context, JointParameters const& fit);

/// The noise-aware likelihood beside the span likelihood, which has as many parameters, on complete rows without scores
/// that are cut off.
struct SpanComparison
{
    Index models = 0;                ///< such rows; 0: fewer than half, and no comparison
    double aware_log_likelihood = 0; ///< of these rows, maximised on them
    double span_log_likelihood = 0;  ///< the same, residuals released
    Vector angles;                   ///< degrees per level between the flags of the two
};

/// The answer at another share of the items' noise: the best optima, refitted from where they are.
struct ItemShare
{
    double share = 0;          ///< of the binomial variance of every benchmark whose items are known
    double log_likelihood = 0; ///< of the highest refit
    int optimum = 0;           ///< of the estimate, whose refit is the highest; 0: the answer's; -1: the refits failed
    double behind = 0;         ///< penalised log likelihood of the answer's refit below the highest one's
    double lead = std::numeric_limits<double>::quiet_NaN(); ///< of the highest over the next at another flag
    Vector angles; ///< degrees per level between the flags of the highest refit and of the answer
};

/// The answer under anchors beside the best fit without them.
struct AnchorTest
{
    Index restrictions = 0;         ///< 0: there are no anchors
    double free_log_likelihood = 0; ///< of the fit without
    double difference = 0;          ///< its penalised log likelihood above the answer's; 0 or more
    Vector angles;                  ///< degrees per level between the flags of the two
    NoiseParameters free;           ///< of the fit without, in standardised units
};

/// What the joint estimator found.
struct JointEstimate
{
    std::vector<JointOptimum> optima; ///< falling penalised isotropic log likelihood
    int answer = 0; ///< index of the optimum of highest penalised log likelihood once residuals are released
    std::vector<FittedOrder> orders; ///< every start, falling penalised log likelihood
    SharedSubspace shared;
    std::vector<MlIca> components;
    std::vector<InterimSearch> order_searches;                    ///< the two searches for starting orders
    SearchOutcome search_outcome = SearchOutcome::optimum_proven; ///< of the last search without a proof, if any
    double mean_lower_bound = 0; ///< no order has a lower n-weighted mean inexactness: what the first search proved
    double mic_lower_bound = 0;  ///< no order has a lower MIC: what the second search proved
    double optimiser_miss = 0;   ///< nats that the last restart still found at the two leading optima
    double remaining_miss = 0;   ///< by how much some refit at another flag still beats the best optimum
    /// Every other optimum is behind by more than both, by more than 1, and by more than decisive_errors of its errors;
    /// and neither cut_off_as_exact nor dependent_benchmarks is above 0.
    bool decided = false;
    std::int64_t cut_off_as_exact = 0; ///< exact scores: how many are at or beyond a bound of the options
    /// Noise aware, of several searches: benchmarks that follow from others, whose noise is not independent as the
    /// likelihood has it. 0 of one search, as in replicates, of which nobody asks whether they decide.
    std::int64_t dependent_benchmarks = 0;
    std::vector<double> sizes; ///< models of each domain
    /// Penalised log likelihood that each independent search ended at; one entry where there was one search.
    std::vector<double> search_values;
    double search_spread = 0;           ///< by how much the independent searches differ, largest less smallest
    std::vector<Index> noise_at_bound;  ///< benchmarks whose psi ends at its lower bound (Heywood cases)
    AnchorTest anchors;                 ///< noise aware, of several searches
    SpanComparison span;                ///< noise aware: what the span likelihood says
    std::vector<ItemShare> item_shares; ///< noise aware, of several searches, items known: shares of 0 and of 1
    std::vector<std::string> warnings;  ///< sentences for the user without semicolon and full stop

    [[nodiscard]] JointOptimum const& best() const { return optima[static_cast<std::size_t>(answer)]; }
};

/// Starting orders: those of least n-weighted mean inexactness and of least MIC, alternately, without repeats
/// (method.md, section 5).
struct StartingOrders
{
    std::vector<CandidateOrder> orders;
    SearchOutcome outcome = SearchOutcome::optimum_proven; ///< of the last search without a proof, if any
    double mean_lower_bound = 0;                           ///< of the n-weighted mean inexactness of all orders
    double mic_lower_bound = 0;                            ///< of the MIC of all orders
    std::vector<InterimSearch> known;                      ///< both searches, for whoever is stopped after them
};
/// \throws SearchStopped  when the limits' flag has ended a search
[[nodiscard]] StartingOrders find_starting_orders(JointContext const& context, int count, SearchLimits const& limits);

/// The joint fit of one order, isotropic, with its criteria; `optimum` is left at 0.
/// \throws NumericalFailure  when the likelihood is not finite at the order's start
[[nodiscard]] FittedOrder fit_order(JointContext const& context, CandidateOrder const& order);

/// Fits of the candidate orders `first` .. `last` - 1 in the order of their ranks, for sharing them over ranks.
///
/// An order whose fit fails has an outcome `not_finite` and a log likelihood of minus infinity.
/// \pre 0 <= first <= last <= (m!)^K
[[nodiscard]] std::vector<FittedOrder> fit_order_range(JointContext const& context, std::int64_t first,
                                                       std::int64_t last);

/// The candidate order of that rank. \pre (m!)^K fits into 63 bits and index is below it
[[nodiscard]] CandidateOrder order_of_rank(int domains, int levels, std::int64_t index);

/// Steps 2 to 4: what every fit starts from.
/// \throws NumericalFailure  see prepare_joint
/// \throws UsageError  when there are no domains or names, or the number of factors is outside its range
[[nodiscard]] JointContext joint_context(std::span<Matrix const> scores, std::span<std::string const> names,
                                         JointOptions const& options);

/// Steps 7 and 8 and the restarts: groups fitted orders by flag, restarts the best, releases residuals, and gives every
/// optimum its candidate order.
/// \pre at least one fitted order with a finite likelihood
[[nodiscard]] JointEstimate conclude_joint(JointContext const& context, std::vector<FittedOrder> orders,
                                           JointOptions const& options);

/// The joint estimator of method.md, sections 2 and 5, on screened scores: the one pipeline of estimates, replicates
/// and comparisons, which differ in their options alone.
///
/// A search for starting orders that ends at its limit is a warning: the likelihood decides, and other starts may only
/// find better optima.
///
/// \param scores  one matrix per domain, models x benchmarks, per cent
/// \param names   of the domains
/// \throws NumericalFailure  with the reason when the data do not allow it
/// \throws UsageError  when an option is outside its range
[[nodiscard]] JointEstimate estimate_joint(std::span<Matrix const> scores, std::span<std::string const> names,
                                           JointOptions const& options);

/// The same from the components on, for callers that need the context as well.
/// \param context  joint_context of these options
[[nodiscard]] JointEstimate estimate_joint(JointContext const& context, std::span<std::string const> names,
                                           JointOptions const& options);

} // namespace exahca

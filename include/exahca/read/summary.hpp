#pragma once

#include "exahca/read/capability.hpp"
#include "exahca/read/certainty.hpp"
#include "exahca/read/overview.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace exahca {

/// An order is settled when the lower end of its support's interval reaches this.
inline constexpr double settled_support = 0.9;

using Rows = std::vector<std::vector<double>>; ///< a small matrix by rows

/// One base model of a setting.
struct DomainSummary
{
    std::string name;
    std::int64_t models = 0;                ///< in the score file
    std::int64_t models_used = 0;           ///< after screening
    std::int64_t models_unusable = 0;       ///< left out before it, because they miss scores
    std::optional<std::int64_t> ica_optima; ///< `published` only: `joint` starts ICA once
    bool ica_converged = true;
    Rows coefficients;      ///< A_k after alignment: rows effects, columns causes
    Rows coefficients_low;  ///< 5th percentile over agreeing replicates; empty without
    Rows coefficients_high; ///< 95th percentile
    Rows total_effects;     ///< rows effects, columns causes
};

/// One candidate order of the list.
struct OrderSummary
{
    double mic = 0;
    double mean_inexactness = 0;
    double minimised = 0;              ///< the search's objective; the MIC where orders are starts of joint fits
    std::vector<double> inexactness;   ///< one per domain
    Rows unmixing;                     ///< rows of H, z_1 (last level) first
    std::vector<double> angle_to_best; ///< degrees, entry j - 1: span of the last j rows of H
    std::optional<double> log_likelihood;
    std::optional<double> bic;
    std::optional<bool> converged;
    bool differs = false; ///< flag more than same_flag_degrees from the best order's at some level
};

/// One factor, in causal order.
struct FactorSummary
{
    std::string benchmark;  ///< that names it
    std::string capability; ///< what the benchmark measures; empty where unknown
    double r2 = 0;
    std::vector<double> benchmark_r2; ///< R^2 of every benchmark
};

/// A flag that replicates share.
struct FlagGroupSummary
{
    std::int64_t members = 0;
    double share = 0, low = 0, high = 0;
    /// Benchmarks in causal order: the answer's own for the first group, which is the answer's; for the others those
    /// that its replicates choose most often, empty names where none was.
    std::vector<std::string> labels;
    std::vector<double> angles; ///< degrees between the group's leader and the answer, as angle_to_best
};

struct BootstrapSummary
{
    std::int64_t replicates = 0, failed = 0;
    double support = 0, low = 0, high = 0;
    std::vector<double> level_support;    ///< entry j - 1: span of the last j rows of H
    std::vector<double> level_low;        ///< lower end of each level's 95 % Wilson interval
    std::vector<double> level_angle;      ///< degrees within which 95 % of the replicates lie; empty in older files
    std::vector<FlagGroupSummary> groups; ///< the answer's first, then by falling number of members

    /// Lower end of the 95 % Wilson interval of a share of the replicates if every failed one had disagreed.
    [[nodiscard]] double worst_case_low(double share) const;
};

/// A maximum of the joint likelihood.
struct OptimumSummary
{
    std::vector<std::string> labels; ///< benchmarks in causal order
    double log_likelihood = 0, bic = 0;
    double gap = 0;          ///< penalised isotropic log-likelihood below the highest
    double behind = 0;       ///< penalised log-likelihood below the answer's, residual weights alike
    double behind_error = 0; ///< its standard error; 0 in older files
    std::int64_t fits = 0;
    bool released = false;
    bool answer = false;
    std::vector<double> angles; ///< degrees, as angle_to_best
};

/// The BIC of a model minus that of a larger one that holds it.
struct NestedComparison
{
    double bic_difference = 0; ///< negative favours the smaller model
    std::int64_t degrees_of_freedom = 0;

    enum class Verdict {
        not_tested, ///< the two are the same model
        kept,       ///< the smaller model is preferred
        open,       ///< a difference below 2: not worth more than a bare mention (Kass and Raftery, JASA 90, 1995)
        rejected,   ///< the larger model is preferred
    };
    [[nodiscard]] Verdict verdict() const;
};
/// "not tested", "kept", "open" or "rejected".
[[nodiscard]] std::string_view to_string(NestedComparison::Verdict verdict);

/// Numbers of factors that were tried on the same models, by BIC.
struct FactorChoiceSummary
{
    /// A fit that is below that of fewer factors, which it holds: it is not at its maximum, and its BIC says nothing.
    struct Shortfall
    {
        double below = 0; ///< log likelihood, above 0 where there is one
        int fewer = 0;    ///< factors of the highest fit that it is below
        explicit operator bool() const { return below > 0; }
    };
    std::vector<int> tried;            ///< rising, at least two
    std::vector<double> bic_behind;    ///< of each: its BIC minus the lowest that counts
    std::vector<Shortfall> shortfalls; ///< of each; the first has none
    int preferred = 0;                 ///< the one of lowest BIC of those without a shortfall

    [[nodiscard]] Shortfall const& shortfall_of(int factors) const;
    /// Of those without a shortfall.
    [[nodiscard]] bool largest_is_preferred() const;
};

/// The answer at another share of the items' noise.
struct ItemShareSummary
{
    double share = 0, log_likelihood = 0;
    std::int64_t optimum = 0; ///< whose refit is the highest, from 0, the answer; -1: refits failed
    double behind = 0;        ///< nats of the answer's refit below it
    double lead = 0;          ///< nats above the next at another flag; NaN: there is none
    double angle = 0;         ///< largest, to the answer's flag, degrees
};

/// An answer under anchors beside the best fit without them.
struct AnchorSummary
{
    std::string anchors; ///< as the setting has them, "1=IFEval; 2=BBH"
    std::int64_t restrictions = 0;
    double free_log_likelihood = 0;
    double difference = 0;      ///< penalised log-likelihood of the fit without them above the answer's
    std::vector<double> angles; ///< degrees by level to that fit's flag, as angle_to_best

    /// Of so large a difference were the anchors true: of the likelihood ratio, as chi-squared.
    [[nodiscard]] double p_value() const;
    /// At 5 %.
    [[nodiscard]] bool rejected() const;
};

/// What only the noise-aware likelihood knows.
struct NoiseSummary
{
    std::vector<double> noise;         ///< standard deviation of each benchmark's noise, score units
    std::vector<std::string> at_bound; ///< benchmarks whose noise is at its lower bound
    std::int64_t searches = 0, agreeing = 0;
    double spread = 0; ///< nats between the best and the worst independent search
    /// The likelihood of exact scores beside this one, on complete models; no models: no comparison.
    std::int64_t span_models = 0;
    double span_bic_difference = 0; ///< negative favours noise
    std::vector<double> span_angles;
    Rows item_noise; ///< standard deviation known from items, one row per domain, 0: unknown; empty: items not used
    std::vector<ItemShareSummary> item_shares;
    /// Of missing scores that are not as predicted; no angles: none is missing, or it was not asked for.
    double missing_shift = 0;
    std::optional<AnchorSummary> anchors;             ///< without the text until the setting's is put there
    std::vector<double> drawn_angles, shifted_angles; ///< degrees, as angle_to_best
};

/// What only the joint estimator knows.
struct JointSummary
{
    std::vector<OptimumSummary> optima; ///< highest first
    std::int64_t optimum_count = 0;
    bool decided = false;
    std::int64_t cut_off_as_exact = 0;     ///< scores at the end of a scale that the likelihood takes as exact
    std::int64_t dependent_benchmarks = 0; ///< benchmarks that follow from others, where the likelihood has noise
    double optimiser_miss = 0, remaining_miss = 0;
    double log_likelihood = 0, bic = 0; ///< of the answer, residual weights released
    std::optional<double> penalised;    ///< log_likelihood less the penalty on densities; not in older files
    std::optional<NoiseSummary> noise;  ///< where the likelihood is noise-aware
    std::int64_t parameters = 0;
    NestedComparison hierarchy;                       ///< the exact hierarchy against free source matrices
    NestedComparison shared_space;                    ///< one space of factors for all base models against one for each
    std::optional<FactorChoiceSummary> factor_choice; ///< where several numbers of factors were tried
    std::vector<double> unscreened_angles;            ///< degrees, as angle_to_best; empty where nothing was screened
};

/// The placebo that chooses the domain set of lowest MIC in every replicate, as was done with the data.
struct ChosenSetSummary
{
    std::int64_t sets = 0; ///< domain sets with otherwise equal settings
    std::int64_t replicates = 0, failed = 0;
    double p_value = 0, p_low = 0, p_high = 0; ///< as in PlaceboSummary
    double median_mic = 0;
};

/// How well broken data fit an order.
struct PlaceboSummary
{
    std::string kind; ///< "rotated sources" or "Gaussian data"
    std::int64_t replicates = 0, failed = 0;
    double p_value = 0;           ///< of the replicates that did not fail
    double p_low = 0, p_high = 0; ///< were all failed ones above, or at most, the observed; p_value in older files
    double median_mic = 0;
    std::optional<ChosenSetSummary> choice; ///< where this setting has the lowest MIC of several domain sets

    /// What p is at least with so many data sets, however well the data fit, had no failed one fitted as well.
    [[nodiscard]] double least_p() const { return 1.0 / static_cast<double>(replicates + failed + 1); }
};

/// How often the fitted order is found again in data drawn from the fit.
struct ParametricSummary
{
    std::int64_t replicates = 0, failed = 0;
    double recovered = 0, low = 0, high = 0;
    std::vector<CalibrationBin> calibration; ///< empty unless the data sets were resampled

    /// The bin that a support lies in; nullptr without any.
    [[nodiscard]] CalibrationBin const* reading_of(double support) const;
};

/// What random splits of the pooled models give.
struct NoControlSummary
{
    std::int64_t replicates = 0, failed = 0;
    double median_mic = 0;
    double as_low = 0;       ///< share of splits whose MIC is at most the observed
    double median_angle = 0; ///< degrees between the flags of different splits
};

/// A hyperparameter as it is stored: enumerators by their name.
using ParameterValue = std::variant<std::string, double, std::int64_t, bool, std::vector<std::string>>;

/// Something that a reader should know before quoting.
struct Warning
{
    std::string text;
    bool about_answer = false; ///< bears on the answer itself: told with it, however short the telling

    friend bool operator==(Warning const&, Warning const&) = default;
};

struct SettingSummary
{
    std::string name;
    std::vector<std::pair<std::string, ParameterValue>> parameters; ///< all that the estimator uses, by name
    std::string estimator;
    int factors = 0;
    double screen = 0;
    bool screens_by_fit = false; ///< --screen auto
    std::string variant;         ///< contrast or density
    std::string failure;         ///< why there is no answer, or no details of it; empty otherwise
    /// Whether the file keeps all that was found. Else there are the best order with its MIC and H, the names of the
    /// factors, and the base models with their coefficients; `failure` says so.
    bool detailed = true;
    std::string search_outcome;
    std::string objective; ///< what OrderSummary::minimised is: "MIC", "mean" or "weighted mean"
    /// No order (flag) has a lower value of the objective; none where the file does not say, and for joint fits.
    std::optional<double> lower_bound;
    bool of_flags = false; ///< `orders` are flags, each with the order that suits it
    double candidate_orders_log10 = 0;
    std::vector<DomainSummary> domains;
    std::vector<OrderSummary> orders;
    std::vector<FactorSummary> factors_found;
    Rows loadings;       ///< G: rows benchmarks, columns factors, z_1 first, aligned units
    Rows factor_weights; ///< aligned factors over benchmarks: rows factors
    std::optional<BootstrapSummary> bootstrap;
    std::optional<JointSummary> joint;
    std::vector<PlaceboSummary> placebos;
    std::optional<ParametricSummary> parametric;
    std::optional<NoControlSummary> no_control;
    std::optional<InfluenceSummary> influence;
    std::optional<std::vector<double>> truth_angles; ///< degrees, as angle_to_best, for simulated data
    std::vector<std::string> notes;                  ///< warnings that the estimate itself stored
    bool settled = false; ///< whether support, failed resamples counted against it, and gap allow to quote the answer

    /// One factor has a direction of score space, but nothing to put in order.
    [[nodiscard]] bool has_order() const { return factors > 1; }
    /// Orders of somebody's own matrices have no factors, and are not counted.
    [[nodiscard]] bool has_answer() const
    {
        return (failure.empty() || !detailed) && !factors_found.empty() && !orders.empty();
    }
};

/// Failed tasks of one kind that give the same reason.
struct FailureSummary
{
    std::string setting, kind, reason;
    std::int64_t tasks = 0;
};

/// Where a benchmark's scale ends, and what is missing of it, over all domains of the file. Empty without such.
struct ScaleSummary
{
    std::string benchmark;
    std::optional<double> floor, ceiling;
    std::int64_t at_floor = 0, at_ceiling = 0, missing = 0; ///< models
};

struct Summary
{
    bool complete = false;
    std::vector<std::string> benchmarks;
    std::int64_t models = 0;
    std::vector<ScaleSummary> scales; ///< benchmarks with an end or missing scores; none in files before version 2.1
    std::vector<SettingSummary> settings;
    std::optional<AcrossSummary> across; ///< where several settings have an answer
    std::optional<Overview> overview;    ///< of more settings than most_told_settings
    std::int64_t failed_tasks = 0;
    std::vector<FailureSummary> failures; ///< by falling number of tasks
    std::string simulated_design;         ///< empty for real data
};

/// Reads the answers out of a results tree. A setting of one base model has no answer, whatever the file holds: nothing
/// about an order is identified.
/// \throws InvalidInput  when the tree is not one of a results file
[[nodiscard]] Summary summarize(DataGroup const& results, CapabilityNames const& capabilities);

} // namespace exahca

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// What leaving some models out does.
struct InfluenceCaseSummary
{
    std::string exclusion; ///< as to_string(Exclusion)
    double amount = 0;
    std::string domain; ///< the one that is left out, where it is one
    std::int64_t left_out = 0;
    bool analysed = false, changes = false;
    double lead = 0;                 ///< of the estimate's order over the best other; NaN where unknown
    std::vector<double> angles;      ///< degrees to the order of all models, entry j - 1: span of the first j factors
    std::vector<std::string> labels; ///< benchmarks that name the factors then, in causal order; empty: not analysed
};

struct DecidingModel
{
    std::string name, domain;
    double relative_total = 0; ///< share of the base model's median total
};

/// Which models and base models decide the order.
struct InfluenceSummary
{
    std::int64_t models = 0; ///< analysed in all
    std::vector<InfluenceCaseSummary> cases;
    std::optional<std::size_t> deciding; ///< the case that changes the order with the fewest models left out
    std::vector<DecidingModel> deciding_models;
    bool quick_differs = false; ///< leaving out nothing gives another order than the estimate, which took more effort
};

/// How many settings agree at one level, or in the order as a whole.
struct AgreementSummary
{
    std::int64_t leader = -1; ///< position among AcrossSummary::settings
    std::int64_t agreeing = 0, compared = 0;
    double widest = 0; ///< degrees between any two
    [[nodiscard]] bool holds_everywhere() const { return agreeing == compared; }
    /// More than half agree; of two that differ neither is what most give.
    [[nodiscard]] bool has_majority() const { return 2 * agreeing > compared; }
};

/// What one choice changes while all others are held.
struct ChoiceSummary
{
    std::string choice; ///< "domains", "factors", "estimator", "screen", "contrast" or "density"
    std::int64_t pairs = 0, agreeing = 0;
    std::vector<double> widest; ///< degrees, by level; NaN where no pair has it
};

/// What holds in every setting and what does not.
struct AcrossSummary
{
    std::vector<std::string> settings;
    std::vector<std::vector<std::string>> labels; ///< of each setting, in causal order
    std::vector<AgreementSummary> levels;         ///< entry j - 1: span of the first j factors
    /// setting x level: 1 where it gives what most give, 0 where not, -1 where it has no such level
    std::vector<std::vector<int>> level_agrees;
    AgreementSummary order;        ///< all levels at once; `widest` is that of the widest level
    std::vector<int> order_agrees; ///< of each setting, the same
    std::vector<double> angles;    ///< degrees: setting x setting x level, NaN where one of the two has no such level
    std::vector<ChoiceSummary> choices;
};

/// Data sets drawn from the fit whose own bootstrap support lies in a range, and how many of their answers are right.
struct CalibrationBin
{
    double low = 0, high = 0; ///< range of support, from low to below high; the last one holds 1 too
    std::int64_t right = 0, total = 0;
    double share_low = 0, share_high = 1; ///< 95 % Wilson interval of right / total
};

/// What a statement is about, in words of its own (topic_name).
enum class Topic {
    the_same, ///< goes on with what the one before is about
    // one setting
    no_estimate,
    direction,
    names,
    certainty,
    by_level,
    factor,
    details,
    truth,
    assumptions,
    subspace,
    hierarchy,
    by_bic,
    searches,
    noise,
    items,
    missing,
    anchors,
    exact,
    if_true,
    no_control,
    placebo,
    calibrated,
    influence,
    bottom_line,
    warning,
    scores,
    unscreened,
    log_likelihood,
    // across settings
    everywhere,
    varying,
    order,
    domain_sets,
    contrasts,
    densities,
    estimators,
    factors,
    likelihoods,
    screening,
    choice,
    settings,
    by_chance,
    ranked_by,
    commonest,
    by_name,
    base_models,
    next,
};
/// One word or two, such as "Certainty"; empty for Topic::the_same.
[[nodiscard]] std::string_view topic_name(Topic topic);

/// A sentence that can be quoted, and what it is about.
struct Statement
{
    Topic topic = Topic::the_same;
    std::string text;   ///< whole sentences, with their numbers
    bool brief = false; ///< belongs to the shortest telling
};

struct SettingSummary;
struct Summary;

/// What was found in one setting and how far it is settled, in the order in which it should be read. The last one is
/// the bottom line.
[[nodiscard]] std::vector<Statement> story(SettingSummary const& setting, std::vector<std::string> const& benchmarks);

/// What holds across settings; empty where there is nothing to compare.
[[nodiscard]] std::vector<Statement> story_across(Summary const& summary);

} // namespace exahca

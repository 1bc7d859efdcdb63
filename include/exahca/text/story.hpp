#pragma once

#include "exahca/read/certainty.hpp"
#include "exahca/read/summary.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

// Words that several tellings share: the sentences of `show`, JSON, and the page. Each is formed in one place.

/// "15 %" of a share, as sentences write it.
[[nodiscard]] std::string share_text(double share);

/// What the answer is called: "order", or "direction" where one factor leaves nothing to put in order.
[[nodiscard]] std::string_view answer_noun(SettingSummary const& setting);

/// The span of the first level + 1 factors: "the first factor", "the space of the first 2", "the space of all 3".
/// \param factors  0 where their number is not known: no space is called that of all
[[nodiscard]] std::string span_name(std::size_t level, std::size_t factors);

/// Whether a better order may exist that the search has not come to. (Searches of the joint estimator are for starts.)
[[nodiscard]] bool is_best_so_far(SettingSummary const& setting);

/// "the first factor 9.2°, the space of all 2 44.0°" of one angle for each level.
[[nodiscard]] std::string angles_by_level(std::vector<double> const& angles);

/// Another direction than the answer. Where its factors bear the names of the answer's, what sets it apart:
/// "A → B (the same names; the first factor is 54° away)".
/// \param angles  degrees to the answer by level; may be empty
[[nodiscard]] std::string other_direction(SettingSummary const& setting, std::vector<std::string> const& labels,
                                          std::vector<double> const& angles);
/// The direction of group g of the resamples: of the first, which is the answer's, the names alone; of others as above
/// and, where two of them bear the same names, what sets each apart from the answer, too.
[[nodiscard]] std::string group_direction(SettingSummary const& setting, std::size_t g);

/// The direction that most resamples give besides the answer; nullptr where none has a name.
[[nodiscard]] FlagGroupSummary const* leading_rival(SettingSummary const& setting);

/// The optimum nearest to the answer's likelihood where the likelihood cannot tell the two apart; else nullptr.
[[nodiscard]] OptimumSummary const* undecided_rival(SettingSummary const& setting);

/// Which of the listed orders is the first that is really different, and how far behind it is; empty where none is.
[[nodiscard]] std::string next_different_order(SettingSummary const& setting);
/// What the search minimised: "MIC", "mean inexactness" or "weighted mean inexactness".
[[nodiscard]] std::string inexactness_words(SettingSummary const& setting);
/// How the search ended and, where it has not proven the best order (flag), what it has: "time limit: no order has a
/// MIC below 0.1234".
[[nodiscard]] std::string proof_text(SettingSummary const& setting);

/// Whether the answer is another one without screening. \pre the angles are known
[[nodiscard]] bool screening_decides(JointSummary const& joint);
/// What screening changes, with the angles and whether that is another answer. \pre the angles are known
[[nodiscard]] std::string unscreened_text(JointSummary const& joint);

/// "20 resamples are too few to tell whether the order is settled: that takes 35 or more"
[[nodiscard]] std::string too_few_text(SettingSummary const& setting);

/// "100 resamples", or "2 resamples (8 more failed)".
[[nodiscard]] std::string resamples_text(BootstrapSummary const& bootstrap);

/// A direction of score space in words: the benchmarks that weigh most, and those that weigh against them:
/// "IFEval against MMLU-PRO + BBH". Left out are those below 0.4 of the largest weight (0.25 against it).
[[nodiscard]] std::string direction_words(std::vector<double> const& weights,
                                          std::vector<std::string> const& benchmarks);

/// What each factor weighs in scores, in words. The sign is that of the benchmark that names it: "against" means less
/// of the factor. Factors that share a name are told apart: smaller weights are named until the words differ. Empty for
/// a factor without a positive weight.
[[nodiscard]] std::vector<std::string> factor_words(SettingSummary const& setting,
                                                    std::vector<std::string> const& benchmarks);

/// How far simulated data were understood; nothing for real data.
[[nodiscard]] std::optional<Statement> truth(SettingSummary const& setting);

/// Placebos, data drawn from the fit, calibrated support, splits without control: one statement each.
[[nodiscard]] std::vector<Statement> checks(SettingSummary const& setting);

/// What models and base models decide; nothing where it was not asked for.
[[nodiscard]] std::vector<Statement> influence_statements(SettingSummary const& setting);

/// What the data say of the three assumptions that the answer rests on, in one line: one space of factors, exact
/// hierarchy, number of factors.
[[nodiscard]] Statement assumptions(SettingSummary const& setting);

/// The assumptions that BIC rejects, each with its figure: "the exact hierarchy (BIC +92.8 against none)".
[[nodiscard]] std::vector<std::string> rejected_assumptions(SettingSummary const& setting);

/// The two comparisons of nested models in full, where they are tested.
[[nodiscard]] std::vector<Statement> comparisons(JointSummary const& joint);

/// The answer's log-likelihood, and what it is with the penalty on densities.
[[nodiscard]] Statement likelihood_statement(JointSummary const& joint);

/// How well the searches agree, how noisy benchmarks are, and what exact scores would say; nothing where the likelihood
/// takes scores as exact.
[[nodiscard]] std::vector<Statement> noise_statements(JointSummary const& joint,
                                                      std::vector<std::string> const& benchmarks);

/// Whether the answer depends on why scores are missing: another one is best where they are taken to be lower (or
/// higher) than predicted, and not where they are drawn as predicted.
[[nodiscard]] bool missing_shift_decides(JointSummary const& joint);

/// Under which an answer was found; nullptr: none.
[[nodiscard]] AnchorSummary const* anchors_of(SettingSummary const& setting);
/// "the anchors 1=IFEval (p = 0.003)".
[[nodiscard]] std::string anchors_name(AnchorSummary const& found);

/// A difference of BIC that is not worth more than a bare mention (Kass and Raftery, JASA 90 (1995), section 3.2).
inline constexpr double bare_mention = 2;

/// Whether the likelihood of exact scores is better by BIC, by more than a bare mention is worth, and has another
/// answer.
[[nodiscard]] bool exact_scores_decide(JointSummary const& joint);

/// Whether an answer is undecided for the sole reason that the likelihood does not hold for the data: scores at the end
/// of a scale are taken as exact, or benchmarks follow from others.
[[nodiscard]] bool rests_on_false_grounds(JointSummary const& joint);
/// What is wrong then. \pre there are such scores or benchmarks
[[nodiscard]] std::string false_grounds_text(JointSummary const& joint);

/// How far an optimum has to be behind the answer, in nats, to be told from it: more than 1, than what searches still
/// gain, and than 1.64 of its standard errors.
[[nodiscard]] double behind_limit(JointSummary const& joint, OptimumSummary const& optimum);

/// Why the likelihood cannot tell an optimum from the answer: "1.8 behind in log-likelihood, 0.52 standard errors (1.64
/// decide)". Only how far it is behind where it can.
[[nodiscard]] std::string shortfall_text(JointSummary const& joint, OptimumSummary const& optimum);

/// The optimum that the likelihood can least tell from the answer; nullptr where there is no other.
[[nodiscard]] OptimumSummary const* nearest_rival(JointSummary const& joint);

/// Whether the answer is told from all other optima, and by what measure.
[[nodiscard]] std::string decided_text(JointSummary const& joint);

/// Numbers of factors by BIC; nothing where one was tried.
[[nodiscard]] std::optional<Statement> factor_choice(SettingSummary const& setting);

/// What can be quoted and what cannot.
[[nodiscard]] Statement bottom_line(SettingSummary const& setting, std::vector<std::string> const& benchmarks);

/// Benchmarks that name the factors, in causal order.
[[nodiscard]] std::vector<std::string> labels_of(SettingSummary const& setting);

/// "published, 3 factors, sets of 4 base models".
[[nodiscard]] std::string family_name(SettingFamily const& family);

/// "setting 17": its number in the file, from 1, which `show --setting` takes. \param setting  from 0
[[nodiscard]] std::string setting_reference(std::size_t setting);

/// What tells the settings of a run apart, worked out once: domains, variant, screening and share of the items' noise,
/// each where settings with an answer differ in it.
class SettingDifferences
{
public:
    explicit SettingDifferences(Summary const& summary);
    /// "a, b, c; logcosh"; the name of the setting where nothing of this differs.
    [[nodiscard]] std::string of(SettingSummary const& setting) const;
    /// The same with estimator and number of factors before it.
    [[nodiscard]] std::string label(SettingSummary const& setting) const;

private:
    [[nodiscard]] std::vector<std::string> parts(SettingSummary const& setting) const;

    bool domains_ = false, screening_ = false, item_share_ = false;
    std::map<std::string, bool> variant_; ///< by estimator
};

/// "llama, qwen": the base models of a setting.
[[nodiscard]] std::string domain_names(SettingSummary const& setting);
/// "0.6", "auto" or "off".
[[nodiscard]] std::string screening_text(SettingSummary const& setting);

/// Labels without the empty ones that pad settings of fewer factors.
[[nodiscard]] std::vector<std::string> named(std::vector<std::string> labels);

/// The mark of a setting in a table of agreement: "same", "OTHER", "differ" where no more than half agree on anything,
/// "-" where the setting has no such level.
/// \param agrees  1, 0 or -1
[[nodiscard]] std::string_view agreement_mark(AgreementSummary const& agreement, int agrees);

/// What such a table marks, for its caption.
[[nodiscard]] std::string agreement_caption(AcrossSummary const& across);

} // namespace exahca

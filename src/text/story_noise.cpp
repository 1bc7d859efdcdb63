#include "exahca/estimate/anchors.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "p_value_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

std::string found_text(NoiseSummary const& noise)
{
    auto const searches = fmt::format("{} independent searches", noise.searches);
    auto const found =
        noise.agreeing == 0 // only from what they found
            ? fmt::format("none of {} ended at the answer: it was found by continuing from their results", searches)
            : fmt::format("the answer was found, to within {:g}°, by {} of {}", same_flag_degrees, noise.agreeing,
                          searches);
    return fmt::format("{}; the worst ended {} below its log-likelihood", found, plain_number(noise.spread, 1));
}

std::string noise_text(NoiseSummary const& noise, std::vector<std::string> const& benchmarks)
{
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < benchmarks.size(); ++i) {
        bool const bound =
            std::find(noise.at_bound.begin(), noise.at_bound.end(), benchmarks[i]) != noise.at_bound.end();
        parts.push_back(fmt::format("{} {}{:.2g}", benchmarks[i], bound ? "at most " : "", noise.noise.at(i)));
    }
    return fmt::format("standard deviations of the measurement noise: {}", fmt::join(parts, ", "));
}

std::string span_text(NoiseSummary const& noise)
{
    if (noise.anchors) return "not compared: the likelihood of exact scores does not support anchors";
    if (noise.span_models == 0) return "not compared: too few models have all scores with none at a bound";
    double const difference = noise.span_bic_difference;
    return fmt::format(
        "taken as exact, the scores of {} models, those with all scores and none at a bound, fit {} by {} in "
        "BIC than with noise; the answer of that fit is {} from this one",
        grouped(noise.span_models), difference < 0 ? "worse" : "better", plain_number(std::abs(difference), 1),
        degrees_text(*std::max_element(noise.span_angles.begin(), noise.span_angles.end()), 0));
}

// The known noise of each benchmark, from the least to the largest over base models.
std::string known_text(NoiseSummary const& noise, std::vector<std::string> const& benchmarks)
{
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < benchmarks.size(); ++i) {
        double low = noise.item_noise[0].at(i), high = low;
        for (auto const& domain : noise.item_noise) {
            low = std::min(low, domain.at(i));
            high = std::max(high, domain.at(i));
        }
        auto const least = fmt::format("{:.2g}", low), most = fmt::format("{:.2g}", high);
        if (high > 0) parts.push_back(benchmarks[i] + " " + (least == most ? most : least + " to " + most));
    }
    return fmt::format("of that noise, known from the numbers of items: {}", fmt::join(parts, ", "));
}

std::string refit_text(ItemShareSummary const& share)
{
    auto const text = fmt::format("with {} of it", share.share == 0   ? std::string("none")
                                                   : share.share == 1 ? std::string("all")
                                                                      : fmt::format("a share of {:g}", share.share));
    if (share.optimum < 0) return text + " no refit succeeded";
    auto const found =
        share.optimum == 0
            ? fmt::format("the answer stays the best (moves by {})", degrees_text(share.angle, 0))
            : fmt::format("optimum {} is the best, {} ahead of the answer and {} away", share.optimum + 1,
                          plain_number(share.behind, 1), degrees_text(share.angle, 0));
    auto const lead = std::isnan(share.lead)
                          ? std::string("no other direction is left")
                          : fmt::format("the next direction is {} behind", plain_number(share.lead, 1));
    return fmt::format("{} {}; {}", text, found, lead);
}

std::string items_text(NoiseSummary const& noise, std::vector<std::string> const& benchmarks)
{
    auto text = known_text(noise, benchmarks);
    for (auto const& share : noise.item_shares) text += ". Refitted " + refit_text(share);
    return text + ". Near copies of a model share the errors of their items, which are then not independent noise";
}

std::string missing_text(NoiseSummary const& noise)
{
    return fmt::format(
        "angles to the answer with missing scores drawn from their predictions: {}; with these {} by {} points: {}",
        angles_by_level(noise.drawn_angles), noise.missing_shift < 0 ? "lowered" : "raised",
        fmt::format("{:g}", std::abs(noise.missing_shift)), angles_by_level(noise.shifted_angles));
}

std::string anchors_text(AnchorSummary const& found)
{
    std::vector<std::string> parts;
    for (auto const& [levels, benchmark] : parse_anchors(found.anchors))
        parts.push_back(levels == 1 ? fmt::format("{} affected by the first factor only", benchmark)
                                    : fmt::format("{} affected by the first {} only", benchmark, levels));
    return fmt::format("{}: the best fit without {} is {} above in log-likelihood ({}): {} at 5 %; that answer is {} "
                       "away",
                       fmt::join(parts, ", "), found.restrictions == 1 ? "this restriction" : "these restrictions",
                       plain_number(found.difference, 1), p_value_text(found.p_value()),
                       found.rejected() ? "rejected" : "kept",
                       degrees_text(*std::max_element(found.angles.begin(), found.angles.end()), 0));
}

/// What searches may still gain.
std::string left_text(JointSummary const& joint)
{
    if (joint.noise) return fmt::format("independent searches differ ({})", plain_number(joint.optimiser_miss, 1));
    return fmt::format("restarts ({}) and refits at other flags ({}) still gained",
                       plain_number(joint.optimiser_miss, 1), plain_number(joint.remaining_miss, 1));
}

} // namespace

bool missing_shift_decides(JointSummary const& joint)
{
    auto const widest = [](std::vector<double> const& angles) {
        return *std::max_element(angles.begin(), angles.end());
    };
    return joint.noise && !joint.noise->shifted_angles.empty() &&
           widest(joint.noise->shifted_angles) > same_flag_degrees &&
           widest(joint.noise->drawn_angles) <= same_flag_degrees;
}

bool exact_scores_decide(JointSummary const& joint)
{
    if (!joint.noise || joint.noise->span_models == 0) return false;
    auto const& angles = joint.noise->span_angles;
    return joint.noise->span_bic_difference > bare_mention &&
           *std::max_element(angles.begin(), angles.end()) > same_flag_degrees;
}

AnchorSummary const* anchors_of(SettingSummary const& setting)
{
    if (!setting.joint || !setting.joint->noise || !setting.joint->noise->anchors) return nullptr;
    return &*setting.joint->noise->anchors;
}

std::string anchors_name(AnchorSummary const& found)
{
    return fmt::format("the anchors {} ({})", found.anchors, p_value_text(found.p_value()));
}

Statement likelihood_statement(JointSummary const& joint)
{
    auto text = fmt::format("{} with {} parameters, BIC {} ({})", plain_number(joint.log_likelihood, 1),
                            joint.parameters, plain_number(joint.bic, 1),
                            joint.noise ? "noise-aware" : "scores taken as exact, residual weights released");
    if (joint.penalised)
        text +=
            fmt::format("; {} with the penalty on densities (the value maximised)", plain_number(*joint.penalised, 1));
    return {Topic::log_likelihood, std::move(text)};
}

std::vector<Statement> noise_statements(JointSummary const& joint, std::vector<std::string> const& benchmarks)
{
    if (!joint.noise) return {};
    std::vector<Statement> statements{{Topic::searches, found_text(*joint.noise)},
                                      {Topic::noise, noise_text(*joint.noise, benchmarks)}};
    if (!joint.noise->item_noise.empty()) statements.push_back({Topic::items, items_text(*joint.noise, benchmarks)});
    if (!joint.noise->shifted_angles.empty()) statements.push_back({Topic::missing, missing_text(*joint.noise)});
    if (joint.noise->anchors) statements.push_back({Topic::anchors, anchors_text(*joint.noise->anchors)});
    statements.push_back({Topic::exact, span_text(*joint.noise)});
    return statements;
}

double behind_limit(JointSummary const& joint, OptimumSummary const& optimum)
{
    return least_decisive(joint.optimiser_miss, joint.remaining_miss, optimum.behind_error);
}

bool rests_on_false_grounds(JointSummary const& joint)
{
    return (joint.cut_off_as_exact > 0 || joint.dependent_benchmarks > 0) &&
           std::none_of(joint.optima.begin(), joint.optima.end(), [&](auto const& optimum) {
               return !optimum.answer && optimum.behind <= behind_limit(joint, optimum);
           });
}

std::string false_grounds_text(JointSummary const& joint)
{
    if (joint.dependent_benchmarks > 0)
        return fmt::format("{} from others, so {} noise is not independent as the likelihood assumes, and a fit is "
                           "then often sure of a wrong order (leave {} out: exahca import --exclude)",
                           counted(joint.dependent_benchmarks, "benchmark follows", "benchmarks follow"),
                           joint.dependent_benchmarks == 1 ? "its" : "their",
                           joint.dependent_benchmarks == 1 ? "it" : "them");
    return fmt::format("{} at the end of a scale {} taken as exact, and a fit is then often sure of a wrong order "
                       "(--noise aware models floors and ceilings)",
                       counted(joint.cut_off_as_exact, "score", "scores"), joint.cut_off_as_exact == 1 ? "is" : "are");
}

std::string shortfall_text(JointSummary const& joint, OptimumSummary const& optimum)
{
    auto const behind = fmt::format("{} behind in log-likelihood", plain_number(optimum.behind, 1));
    double const miss = std::max(joint.optimiser_miss, joint.remaining_miss), error = optimum.behind_error;
    if (optimum.behind > behind_limit(joint, optimum)) return behind;
    if (decisive_errors * error >= std::max(1.0, miss))
        return fmt::format("{}, {} standard errors ({} decide)", behind, plain_number(optimum.behind / error, 2),
                           decisive_errors);
    return miss > 1 ? fmt::format("{}, no more than {}", behind, left_text(joint)) : behind + ", no more than 1";
}

OptimumSummary const* nearest_rival(JointSummary const& joint)
{
    // Those that the likelihood cannot tell from the answer go first: a nearer one may be told by a small error. (None
    // of those that are listed, if the rival is one that is not.)
    auto const rank = [&](OptimumSummary const& optimum) {
        return std::pair(optimum.behind > behind_limit(joint, optimum), optimum.behind);
    };
    OptimumSummary const* nearest = nullptr;
    for (auto const& optimum : joint.optima)
        if (!optimum.answer && (nearest == nullptr || rank(optimum) < rank(*nearest))) nearest = &optimum;
    return nearest;
}

std::string decided_text(JointSummary const& joint)
{
    auto const left = left_text(joint);
    bool const errors = std::any_of(joint.optima.begin(), joint.optima.end(),
                                    [](auto const& optimum) { return optimum.behind_error > 0; });
    if (rests_on_false_grounds(joint))
        return fmt::format("NOT decided, although all others are further behind than chance explains: {}",
                           false_grounds_text(joint));
    if (auto const* rival = nearest_rival(joint); !joint.decided && rival != nullptr)
        return fmt::format("NOT decided: {} is {}",
                           rival->behind > behind_limit(joint, *rival)
                               ? std::string("one further down may be as likely; the nearest")
                               : fmt::format("optimum {}", rival - joint.optima.data() + 1),
                           shortfall_text(joint, *rival));
    if (!joint.decided) return "NOT decided: another may be as likely";
    if (joint.optimum_count == 1) return "no other maximum was found";
    return fmt::format("for these data the answer is ahead of all others by more than {}{}", left,
                       errors ? fmt::format(", and by more than {} standard errors", decisive_errors) : "");
}

} // namespace exahca

#include "exahca/text/story.hpp"

#include "exahca/estimate/support.hpp"
#include "exahca/text/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace exahca {
namespace {

std::vector<std::string> own_labels(SettingSummary const& setting)
{
    std::vector<std::string> labels;
    for (auto const& factor : setting.factors_found) labels.push_back(factor.benchmark);
    return labels;
}

std::size_t widest_level(std::vector<double> const& angles)
{
    return static_cast<std::size_t>(std::max_element(angles.begin(), angles.end()) - angles.begin());
}

/// "(95 % of resamples within 3.1°)": how far most resamples stray at most.
std::string angle_note(BootstrapSummary const& bootstrap, std::size_t level)
{
    return bootstrap.level_angle.empty()
               ? std::string{}
               : fmt::format(" (95 % of resamples within {})", degrees_text(bootstrap.level_angle[level]));
}

Statement found(SettingSummary const& setting)
{
    if (!setting.has_order())
        return {Topic::factor, fmt::format("{}. With one factor there is no order to find.", direction_text(setting)),
                true};
    std::int64_t used = 0;
    for (auto const& domain : setting.domains) used += domain.models_used;
    auto const data =
        fmt::format("{} of {}", counted(used, "model", "models"),
                    counted(static_cast<std::int64_t>(setting.domains.size()), "base model", "base models"));
    return {Topic::direction,
            is_best_so_far(setting)
                ? fmt::format(
                      "{}: the best order found for {}; the search ended before it could prove that none is better.",
                      direction_text(setting), data)
                : fmt::format("{}: the order that fits {} best.", direction_text(setting), data),
            true};
}

/// What tells factors of the same name apart; nothing where all names differ.
std::vector<Statement> shared_names(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    auto const words = factor_words(setting, benchmarks);
    auto const labels = own_labels(setting);
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (std::count(labels.begin(), labels.end(), labels[i]) > 1 && !words[i].empty())
            parts.push_back(fmt::format("z{} weighs {}", i + 1, words[i]));
    if (parts.empty()) return {};
    return {{Topic::names,
             fmt::format("Several factors are closest to the same benchmark: {}.", fmt::join(parts, "; ")), true}};
}

Statement certainty(SettingSummary const& setting)
{
    auto const& bootstrap = *setting.bootstrap;
    auto const interval = fmt::format("[{}, {}]", share_text(bootstrap.low), share_text(bootstrap.high));
    auto const of = fmt::format("{} of {}", share_text(bootstrap.support), resamples_text(bootstrap));
    if (!setting.has_order())
        return {Topic::certainty,
                fmt::format("{} give this direction again, to within {:.0f}° {}{}.", of, same_flag_degrees, interval,
                            angle_note(bootstrap, 0)),
                true};
    auto text = fmt::format("{} agree with the best order at every level, to within {:.0f}° {}.", of, same_flag_degrees,
                            interval);
    if (auto const* other = leading_rival(setting); other != nullptr && !setting.settled) {
        auto const share = other->members > bootstrap.groups[0].members
                               ? fmt::format("More of them, {},", share_text(other->share))
                               : share_text(other->share);
        text += fmt::format(" {} agree on another: {}.", share, other_direction(setting, other->labels, other->angles));
    }
    if (auto const* rival = undecided_rival(setting))
        text +=
            fmt::format(" On the original data the likelihood cannot distinguish it from {}: {}.",
                        other_direction(setting, rival->labels, rival->angles), shortfall_text(*setting.joint, *rival));
    if (auto const* anchors = anchors_of(setting))
        text += fmt::format(" All resamples keep the anchors {}, so their agreement is no evidence for these.",
                            anchors->anchors);
    return {Topic::certainty, text, true};
}

/// Level by level; nothing for one factor, whose certainty says it already.
std::vector<Statement> levels(SettingSummary const& setting)
{
    if (!setting.has_order()) return {};
    auto const& bootstrap = *setting.bootstrap;
    auto const m = static_cast<std::size_t>(setting.factors);
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < m; ++j)
        parts.push_back(fmt::format("{} in {}{}", span_name(j, m), share_text(bootstrap.level_support[j]),
                                    angle_note(bootstrap, j)));
    return {{Topic::by_level, fmt::format("Share of resamples that reproduce, to within {:.0f}°: {}.",
                                          same_flag_degrees, fmt::join(parts, "; "))}};
}

} // namespace

std::string share_text(double share) { return std::isfinite(share) ? fmt::format("{:.0f} %", 100 * share) : "n/a"; }

std::string_view answer_noun(SettingSummary const& setting) { return setting.has_order() ? "order" : "direction"; }

std::string span_name(std::size_t level, std::size_t factors)
{
    if (factors == 1) return "the factor";
    if (level == 0) return "the first factor";
    if (level + 1 == factors) return fmt::format("the space of all {}", factors);
    return fmt::format("the space of the first {}", level + 1);
}

bool is_best_so_far(SettingSummary const& setting)
{
    return !setting.joint && setting.search_outcome != "optimum proven";
}

std::string angles_by_level(std::vector<double> const& angles)
{
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < angles.size(); ++j)
        parts.push_back(fmt::format("{} {}", span_name(j, angles.size()), degrees_text(angles[j])));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string other_direction(SettingSummary const& setting, std::vector<std::string> const& labels,
                            std::vector<double> const& angles)
{
    auto const chain = chain_text(labels);
    if (labels != own_labels(setting)) return chain;
    if (angles.empty()) return chain + " (the same names)";
    auto const level = widest_level(angles);
    return fmt::format("{} (the same names; {} is {} away)", chain, span_name(level, angles.size()),
                       degrees_text(angles[level], 0));
}

std::string group_direction(SettingSummary const& setting, std::size_t g)
{
    auto const& groups = setting.bootstrap->groups;
    auto const& group = groups.at(g);
    if (g == 0) return chain_text(group.labels);
    auto text = other_direction(setting, group.labels, group.angles);
    auto const namesakes = std::count_if(groups.begin() + 1, groups.end(),
                                         [&](FlagGroupSummary const& other) { return other.labels == group.labels; });
    if (namesakes < 2 || group.angles.empty() || group.labels == own_labels(setting)) return text;
    auto const level = widest_level(group.angles);
    return fmt::format("{} ({} is {} from the answer's)", text, span_name(level, group.angles.size()),
                       degrees_text(group.angles[level], 0));
}

FlagGroupSummary const* leading_rival(SettingSummary const& setting)
{
    if (!setting.bootstrap || setting.bootstrap->groups.size() < 2) return nullptr;
    auto const& groups = setting.bootstrap->groups;
    auto const most = std::max_element(groups.begin() + 1, groups.end(),
                                       [](auto const& a, auto const& b) { return a.members < b.members; });
    return most->labels.empty() || most->labels[0].empty() ? nullptr : &*most;
}

OptimumSummary const* undecided_rival(SettingSummary const& setting)
{
    if (!setting.joint || setting.joint->decided || rests_on_false_grounds(*setting.joint)) return nullptr;
    return nearest_rival(*setting.joint);
}

std::string proof_text(SettingSummary const& setting)
{
    bool const proven = setting.search_outcome == "optimum proven";
    // Of flags the proof has a tolerance: those within it cannot be told apart.
    if (!setting.lower_bound || (proven && !setting.of_flags)) return setting.search_outcome;
    double const bound = *setting.lower_bound;
    if (!(bound > 0)) return setting.search_outcome + ", with no lower bound yet"; // none is below 0 anyway
    return fmt::format("{}: no {} has a {} below {}",
                       proven ? "proven to within its tolerance" : setting.search_outcome,
                       setting.of_flags ? "flag" : "order", inexactness_words(setting),
                       bound < 5e-5 ? fmt::format("{:.1e}", bound) : plain_number(bound, 4)); // not below 0.0000
}

std::string inexactness_words(SettingSummary const& setting)
{
    return setting.objective == "MIC" ? setting.objective : setting.objective + " inexactness";
}

std::string next_different_order(SettingSummary const& setting)
{
    auto const& orders = setting.orders;
    auto const different = std::find_if(orders.begin(), orders.end(), [](auto const& order) { return order.differs; });
    if (different == orders.end()) return {};
    return fmt::format("The best {} that is truly different is number {}, {} {}.", setting.of_flags ? "flag" : "order",
                       different - orders.begin() + 1, setting.objective,
                       signed_number(different->minimised - orders[0].minimised, 4));
}

bool screening_decides(JointSummary const& joint)
{
    return joint.unscreened_angles[widest_level(joint.unscreened_angles)] > same_flag_degrees;
}

std::string unscreened_text(JointSummary const& joint)
{
    return fmt::format("without screening the answer is {} (angles: {})",
                       screening_decides(joint) ? "DIFFERENT"
                                                : fmt::format("the same to within {:.0f}°", same_flag_degrees),
                       angles_by_level(joint.unscreened_angles));
}

std::string resamples_text(BootstrapSummary const& bootstrap)
{
    auto const text = counted(bootstrap.replicates, "resample", "resamples");
    return bootstrap.failed > 0 ? fmt::format("{} ({} more failed)", text, grouped(bootstrap.failed)) : text;
}

std::optional<Statement> truth(SettingSummary const& setting)
{
    if (!setting.truth_angles) return std::nullopt;
    auto const& angles = *setting.truth_angles;
    double const widest = *std::max_element(angles.begin(), angles.end());
    bool const right = widest <= same_flag_degrees;
    if (!setting.has_order())
        return Statement{Topic::truth,
                         fmt::format("simulated data: {} ({} away)",
                                     right ? fmt::format("within {:.0f}° of the true direction", same_flag_degrees)
                                           : std::string("NOT the true direction"),
                                     degrees_text(widest)),
                         true};
    std::vector<std::string> parts;
    for (double const angle : angles) parts.push_back(degrees_text(angle));
    return Statement{Topic::truth,
                     fmt::format("simulated data: {} (largest angle at each level: {})",
                                 right ? fmt::format("every level is within {:.0f}° of the truth", same_flag_degrees)
                                       : std::string("NOT the true order"),
                                 fmt::join(parts, ", ")),
                     true};
}

std::vector<Statement> story(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    if (!setting.detailed && setting.has_answer())
        return {found(setting),
                {Topic::details,
                 fmt::format("the MIC of its best order is {}; {}.", plain_number(setting.orders[0].mic, 4),
                             setting.failure),
                 true}};
    if (!setting.failure.empty()) return {{Topic::no_estimate, setting.failure + ".", true}};
    if (setting.factors_found.empty()) return {}; // orders of given matrices: the table says it all
    std::vector<Statement> statements{found(setting)};
    auto const add = [&](std::vector<Statement> const& more) {
        statements.insert(statements.end(), more.begin(), more.end());
    };
    add(shared_names(setting, benchmarks));
    if (setting.bootstrap) {
        statements.push_back(certainty(setting));
        add(levels(setting));
    }
    add(checks(setting));
    add(influence_statements(setting));
    if (auto told = truth(setting)) statements.push_back(std::move(*told));
    statements.push_back(assumptions(setting));
    statements.push_back(bottom_line(setting, benchmarks));
    return statements;
}

} // namespace exahca

#include "exahca/estimate/support.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/text/story.hpp"
#include "exahca/text/text.hpp"
#include "exahca/text/warnings.hpp"
#include "page.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace exahca {
namespace {

std::string domains_text(SettingSummary const& setting)
{
    std::int64_t used = 0;
    for (auto const& domain : setting.domains) used += domain.models_used;
    return fmt::format("{} ({} in all)",
                       counted(static_cast<std::int64_t>(setting.domains.size()), "base model", "base models"),
                       counted(used, "fine-tuned model", "fine-tuned models"));
}

std::string found_text(SettingSummary const& setting)
{
    if (setting.factors < 2)
        return fmt::format("Only one capability was requested, {}, so there is no causal order to find.",
                           direction_text(setting));
    return fmt::format(
        "Over {}, the causal order that {}, each capability acting on those after it, is {}.", domains_text(setting),
        is_best_so_far(setting) ? "is the best found (the search ended before it could prove that none is better)"
                                : "fits best",
        direction_text(setting));
}

std::string certainty_text(SettingSummary const& setting)
{
    if (!setting.bootstrap) return "Its certainty is unknown: no resamples of the data were analysed.";
    auto const& bootstrap = *setting.bootstrap;
    auto const counts = fmt::format("{} of {} reproduce it (95 % interval {} to {})", percent(bootstrap.support),
                                    resamples_text(bootstrap), percent(bootstrap.low), percent(bootstrap.high));
    if (setting.settled) return fmt::format("Resampling settles it: {}.", counts);
    if (has_too_few_resamples(setting)) return fmt::format("{}; {}.", counts, too_few_text(setting));
    if (setting.joint && rests_on_false_grounds(*setting.joint))
        return fmt::format("It is not settled: {}, but {}.", counts, false_grounds_text(*setting.joint));
    if (undecided_rival(setting) != nullptr)
        return fmt::format("It is not settled: {}, and another {} is not clearly less likely on the original data.",
                           counts, answer_noun(setting));
    return fmt::format("It is not settled: {}.", counts);
}

/// Under which conditions a settled answer can be quoted.
std::string quotable_text(SettingSummary const& setting)
{
    if (!setting.has_order()) return "It is a direction of score space, not a finding about causes.";
    std::string text = "It can be quoted together with its support, under the assumptions of the model";
    if (!rejected_assumptions(setting).empty())
        text += ", some of which BIC rejects (see below)";
    else if (!warnings_of(setting).empty())
        text += " and with the warnings below";
    return text + ".";
}

std::string reading_text(SettingSummary const& setting)
{
    if (setting.settled) return quotable_text(setting);
    std::string other;
    if (auto const* optimum = undecided_rival(setting))
        other = fmt::format("The likelihood cannot distinguish it from {} ({})",
                            other_direction(setting, optimum->labels, optimum->angles),
                            shortfall_text(*setting.joint, *optimum));
    else if (auto const* group = leading_rival(setting);
             group != nullptr && group->members > setting.bootstrap->groups[0].members)
        other = fmt::format("Resamples more often give {}, in {}",
                            other_direction(setting, group->labels, group->angles), percent(group->share));
    auto const verdict = setting.bootstrap ? "quote the direction above only together with its support"
                                           : "do not quote the direction above yet";
    if (!other.empty()) return fmt::format("{}: {}.", other, verdict);
    return setting.bootstrap ? "Quote the direction above only together with its support."
                             : "It is a single answer without an error bar: do not quote it yet.";
}

/// Orders of matrices that the user brought: no scores, so no names and no resamples.
std::vector<std::string> given_sentences(SettingSummary const& setting)
{
    auto const& orders = setting.orders;
    if (orders.empty()) return {"The search found no order."};
    auto const different = std::find_if(orders.begin(), orders.end(), [](auto const& order) { return order.differs; });
    auto const inexactness = inexactness_words(setting);
    std::string const what = setting.of_flags ? "flag" : "order";
    return {fmt::format("Of {} of the given matrices, the best has a {} of {} ({}).",
                        setting.of_flags ? "all flags" : "the candidate orders", inexactness,
                        plain_number(orders[0].minimised, 4), proof_text(setting)),
            "Its certainty is unknown: without scores nothing can be resampled.",
            different == orders.end()
                ? fmt::format("All {}s listed are the same to within {:.0f} degrees.", what, same_flag_degrees)
                : fmt::format("The best {} that is truly different has a {} of {}.", what, inexactness,
                              plain_number(different->minimised, 4))};
}

/// The largest conclusion that all settings share, if any.
std::string held_everywhere(Summary const& summary)
{
    if (!summary.across) return {};
    auto const& across = *summary.across;
    if (across.order.compared > 1 && across.order.holds_everywhere())
        return fmt::format("All settings give the same order, to within {}. ", degrees_text(across.order.widest));
    auto const& levels = across.levels;
    for (std::size_t j = levels.size(); j-- > 0;)
        if (levels[j].compared > 1 && levels[j].holds_everywhere())
            return fmt::format("They agree on {}, to within {}. ", span_name(j, 0), degrees_text(levels[j].widest));
    return "They agree on nothing, not even on the space of the factors. ";
}

} // namespace

std::vector<std::string> answer_sentences(SettingSummary const& setting)
{
    if (!setting.failure.empty()) return {fmt::format("There is no answer for this setting: {}.", setting.failure)};
    if (setting.factors_found.empty()) return given_sentences(setting);
    std::vector<std::string> sentences{found_text(setting), certainty_text(setting), reading_text(setting)};
    if (auto const* anchors = anchors_of(setting))
        sentences.push_back(
            anchors->rejected()
                ? fmt::format("It rests on {}, which the data reject and which all resamples keep.",
                              anchors_name(*anchors))
                : fmt::format("All of this is conditional on {}, which all resamples keep.", anchors_name(*anchors)));
    return sentences;
}

std::vector<std::string> answer_sentences(Summary const& summary)
{
    if (summary.settings.size() == 1) return answer_sentences(summary.settings[0]);
    std::map<std::string, int> directions;
    std::int64_t estimates = 0, settled = 0, resampled = 0, too_few = 0;
    for (auto const& setting : summary.settings) {
        if (!setting.has_answer()) continue;
        ++estimates;
        settled += setting.settled;
        resampled += setting.bootstrap.has_value();
        too_few += setting.bootstrap && has_too_few_resamples(setting);
        ++directions[direction_text(setting)];
    }
    auto const asked = static_cast<std::int64_t>(summary.settings.size());
    if (estimates == 0)
        return {fmt::format("None of {} has an answer; each section below says why.",
                            counted(asked, "setting", "settings"))};
    auto const most = std::max_element(directions.begin(), directions.end(),
                                       [](auto const& a, auto const& b) { return a.second < b.second; });
    auto first =
        fmt::format("{} settings give {} different directions.", grouped(estimates), grouped(std::ssize(directions)));
    if (directions.size() == 1)
        first = fmt::format("All {} settings give the same direction: {}.", grouped(estimates), most->first);
    else if (most->second > 1)
        first = fmt::format("{} of {} settings give the direction {}; the rest give {}.", grouped(most->second),
                            grouped(estimates), most->first,
                            counted(std::ssize(directions) - 1, "other direction", "other directions"));
    if (estimates < asked) first += fmt::format(" {} more have no answer.", grouped(asked - estimates));
    std::vector<std::string> sentences{first};
    sentences.push_back(
        settled == 0
            ? (resampled == 0
                   ? "Their certainty is unknown: no resamples of the data were analysed."
                   : fmt::format(
                         "None of them is settled by its resamples{}{}.",
                         resampled < estimates ? fmt::format(", and {} without any", estimates - resampled) : "",
                         too_few == 0 ? ""
                                      : fmt::format("; {} too few to tell: that takes {} or more",
                                                    too_few == resampled ? "they are" : fmt::format("{} have", too_few),
                                                    fewest_resamples())))
            : fmt::format("{} of the {} {} settled by resamples.", grouped(settled), grouped(estimates),
                          settled == 1 ? "is" : "are"));
    sentences.push_back(
        held_everywhere(summary) +
        "Quote a direction only together with its setting and its support, both in the table below" +
        (summary.overview ? ", and the lowest MIC of so many only with the statement under By chance." : "."));
    return sentences;
}

} // namespace exahca

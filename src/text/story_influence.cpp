#include "exahca/text/story.hpp"

#include "exahca/estimate/influence.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

/// "; totals 0.21 to 0.43 of the median"; empty where none is known, as of models with gaps in older files.
std::string range_of_totals(std::vector<DecidingModel> const& models)
{
    std::vector<double> totals;
    for (auto const& model : models)
        if (!std::isnan(model.relative_total)) totals.push_back(model.relative_total);
    if (totals.empty()) return {};
    auto const [least, most] = std::minmax_element(totals.begin(), totals.end());
    auto const low = fmt::format("{:.2f}", *least), high = fmt::format("{:.2f}", *most);
    return low == high ? fmt::format("; total {} of the median", low)
                       : fmt::format("; totals {} to {} of the median", low, high);
}

/// "llama-3-8b 10, qwen2.5-7b 4".
std::string counts_by_domain(std::vector<DecidingModel> const& models)
{
    std::vector<std::pair<std::string, int>> counts;
    for (auto const& model : models) {
        auto const known =
            std::find_if(counts.begin(), counts.end(), [&](auto const& count) { return count.first == model.domain; });
        if (known == counts.end())
            counts.emplace_back(model.domain, 1);
        else
            ++known->second;
    }
    std::string text;
    for (auto const& [domain, count] : counts)
        text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", count, domain);
    return text;
}

std::string other_order(InfluenceCaseSummary const& one, SettingSummary const& setting)
{
    std::vector<std::string> usual;
    for (auto const& factor : setting.factors_found) usual.push_back(factor.benchmark);
    auto const level = std::max_element(one.angles.begin(), one.angles.end()) - one.angles.begin();
    auto const where = span_name(static_cast<std::size_t>(level), usual.size());
    auto const turned =
        fmt::format("{} turns by {}", where, degrees_text(one.angles[static_cast<std::size_t>(level)], 0));
    return one.labels == usual
               ? turned
               : fmt::format("the {} is {}, and {}", answer_noun(setting), chain_text(one.labels), turned);
}

Statement deciding_models(SettingSummary const& setting, InfluenceSummary const& influence)
{
    auto const models = grouped(influence.models);
    if (!influence.deciding) {
        std::int64_t most = 0;
        for (auto const& one : influence.cases)
            if (one.analysed && one.exclusion != to_string(Exclusion::domain)) most = std::max(most, one.left_out);
        return {Topic::influence,
                fmt::format("No set of models that was left out, up to {} of {} at a time, changes the {}.",
                            grouped(most), models, answer_noun(setting))};
    }
    auto const& one = influence.cases[*influence.deciding];
    auto text = fmt::format("{} of {} models {} it: without {} ({}{}) {}.", grouped(one.left_out), models,
                            one.left_out == 1 ? "decides" : "decide", one.left_out == 1 ? "it" : "them",
                            counts_by_domain(influence.deciding_models), range_of_totals(influence.deciding_models),
                            other_order(one, setting));
    auto const collapsed = std::find_if(influence.cases.begin(), influence.cases.end(), [](auto const& other) {
        return other.exclusion == to_string(Exclusion::below) && other.changes;
    });
    if (collapsed != influence.cases.end() && &*collapsed != &one)
        text += fmt::format(" Without the {} below {} of their base model's median total {}.",
                            counted(collapsed->left_out, "model", "models"), collapsed->amount,
                            other_order(*collapsed, setting));
    return {Topic::influence, text};
}

/// Groups of equal size, by total: which of them change the order.
std::string group_text(SettingSummary const& setting, InfluenceSummary const& influence)
{
    constexpr std::size_t most_named = 12;
    std::int64_t groups = 0, skipped = 0;
    std::vector<std::string> changing;
    for (auto const& one : influence.cases) {
        if (one.exclusion != to_string(Exclusion::group)) continue;
        if (one.analysed)
            ++groups;
        else
            ++skipped;
        if (one.changes) changing.push_back(fmt::format("{:.0f}", one.amount + 1));
    }
    if (groups + skipped == 0) return {};
    std::string const why = "they hold more than half of a base model's models, or the analysis without them failed";
    if (groups == 0) return fmt::format("No group of equal size could be left out: {}.", why);
    auto const all = skipped == 0 ? counted(groups, "group", "groups")
                                  : fmt::format("{} ({} more could not be left out: {})",
                                                counted(groups, "group", "groups"), skipped, why);
    if (changing.empty())
        return fmt::format("Of {} of equal size, ranked by total, none changes the {} when left out.", all,
                           answer_noun(setting));
    auto const count = changing.size();
    if (count > most_named) {
        changing.resize(most_named);
        changing.emplace_back("...");
    }
    return fmt::format("Of {} of equal size, ranked by total, {} {} the {} when left out: {}, counted from the lowest.",
                       all, count, count == 1 ? "changes" : "change", answer_noun(setting), fmt::join(changing, ", "));
}

std::string domain_text(SettingSummary const& setting, InfluenceSummary const& influence)
{
    std::int64_t cases = 0;
    std::vector<std::string> changing;
    for (auto const& one : influence.cases) {
        if (one.exclusion != to_string(Exclusion::domain) || !one.analysed) continue;
        ++cases;
        if (one.changes) changing.push_back(fmt::format("without {} {}", one.domain, other_order(one, setting)));
    }
    if (cases == 0) return {};
    if (changing.empty())
        return fmt::format("Leaving out any one base model does not change the {}.", answer_noun(setting));
    return fmt::format("Leaving out one base model changes it in {} of {} cases: {}.", changing.size(), cases,
                       fmt::join(changing, "; "));
}

} // namespace

std::vector<Statement> influence_statements(SettingSummary const& setting)
{
    if (!setting.influence) return {};
    std::vector<Statement> statements{deciding_models(setting, *setting.influence)};
    for (auto const& text : {group_text(setting, *setting.influence), domain_text(setting, *setting.influence)})
        if (!text.empty()) statements.push_back({Topic::the_same, text});
    if (setting.influence->quick_differs)
        statements.push_back({Topic::the_same,
                              "The quick analysis used here gives a different answer from the estimate even when "
                              "nothing is left out: compare these figures only with each other."});
    return statements;
}

} // namespace exahca

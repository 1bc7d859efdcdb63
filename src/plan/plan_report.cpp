#include "exahca/plan/plan_report.hpp"

#include "exahca/core/bytes_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

namespace exahca {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_lines = 16;

/// "1.8 ms", "3.8 s", "38 s", "2.5 min", "1 h 12 min", "3 d 4 h", "unknown".
std::string duration(double seconds)
{
    if (!std::isfinite(seconds)) return "unknown";
    if (seconds < 0.0995) return fmt::format("{:.2g} ms", seconds * 1e3);
    if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1e3);
    if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
    if (seconds < 119.5) return fmt::format("{:.0f} s", seconds);
    if (seconds < 597) return fmt::format("{:.1f} min", seconds / 60);
    auto const minutes = static_cast<std::int64_t>(std::min(1e15, std::round(seconds / 60)));
    if (minutes < 120) return fmt::format("{} min", minutes);
    if (minutes < 48 * 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
    return fmt::format("{} d {} h", minutes / 1440, minutes / 60 % 24);
}

std::string range_text(Range const& range)
{
    if (!std::isfinite(range.middle))
        return fmt::format("at least {}, how much more is not known", duration(range.low));
    if (!std::isfinite(range.high)) return fmt::format("{}, at least {}", duration(range.middle), duration(range.low));
    auto const low = duration(range.low), high = duration(range.high);
    return low == high ? high : fmt::format("{} ({} to {})", duration(range.middle), low, high);
}

std::string count_text(double count)
{
    if (!std::isfinite(count)) return "unknown";
    if (count < 1e7) return fmt::format("{:.0f}", count);
    return count < 1e10 ? fmt::format("{:.0f} million", count / 1e6) : fmt::format("{:.1e}", count);
}

std::string plural(std::int64_t count, std::string const& noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// Tasks by kind, over all settings.
std::map<ReplicateKind, std::int64_t> tasks_by_kind(Pilot const& pilot)
{
    std::map<ReplicateKind, std::int64_t> tasks;
    for (auto const& group : pilot.groups) tasks[group.kind] += group.tasks;
    return tasks;
}

std::string tasks_line(Plan const& plan)
{
    std::string text = fmt::format("{}, {}", plural(static_cast<std::int64_t>(plan.settings.size()), "setting"),
                                   plural(plan.tasks(), "task"));
    char const* separator = ": ";
    for (auto const& [kind, tasks] : tasks_by_kind(plan.pilot)) {
        text += fmt::format("{}{} {}", separator, tasks, to_string(kind));
        separator = ", ";
    }
    return text;
}

/// A line of the table of what was tried.
struct KindLine
{
    std::string setting, kind;
    std::int64_t tasks = 0;
    std::vector<double> seconds{};
    std::int64_t failed = 0, cut_short = 0, left = 0;
};

/// One line per setting and kind, or per kind where these would be too many.
std::vector<KindLine> kind_lines(Plan const& plan)
{
    std::vector<KindLine> lines;
    bool const all = plan.pilot.groups.size() <= most_lines;
    for (auto const& group : plan.pilot.groups) {
        auto const setting = all ? plan.settings[group.setting.index()].name : std::string("all settings");
        auto const kind = std::string(to_string(group.kind));
        auto const found = std::find_if(lines.begin(), lines.end(), [&](KindLine const& line) {
            return line.setting == setting && line.kind == kind;
        });
        auto& line = found != lines.end() ? *found : lines.emplace_back(KindLine{setting, kind});
        line.tasks += group.tasks;
        line.seconds.insert(line.seconds.end(), group.seconds.begin(), group.seconds.end());
        line.failed += group.failed;
        line.cut_short += group.cut_short;
        line.left += group.left;
    }
    return lines;
}

std::string pilot_table(Plan const& plan)
{
    auto const lines = kind_lines(plan);
    std::size_t width = 7;
    for (auto const& line : lines) width = std::max(width, line.setting.size());
    width = std::min<std::size_t>(width, 48);
    auto text = fmt::format("\n  {:<{}}  {:<16} {:>9} {:>6}  {}\n", "setting", width, "kind", "tasks", "tried",
                            "processor time each");
    for (auto const& line : lines) {
        auto const name = line.setting.size() > width ? line.setting.substr(0, width - 3) + "..." : line.setting;
        std::string each = "not tried";
        if (!line.seconds.empty()) {
            double const mean = std::accumulate(line.seconds.begin(), line.seconds.end(), 0.0) /
                                static_cast<double>(line.seconds.size());
            auto const [low, high] = std::minmax_element(line.seconds.begin(), line.seconds.end());
            each = line.seconds.size() == 1
                       ? duration(mean)
                       : fmt::format("{} ({} to {})", duration(mean), duration(*low), duration(*high));
        }
        if (line.cut_short > 0) each += fmt::format(", {} with their search cut short", line.cut_short);
        if (line.left > 0) each += fmt::format(", {} left before the end", line.left);
        if (line.failed > 0) each += fmt::format(", {} failed", line.failed);
        text += fmt::format("  {:<{}}  {:<16} {:>9} {:>6}  {}\n", name, width, line.kind, line.tasks,
                            line.seconds.size(), each);
    }
    return text;
}

std::string search_line(Plan const& plan, SettingId id, SearchForecast const& search)
{
    auto text = fmt::format("{}: 10^{:.1f} orders; ", plan.settings[id.index()].name, search.log10_orders);
    if (search.proven)
        return text + fmt::format("proven after {} partial orders, {}", count_text(search.tuples.middle),
                                  duration(search.seconds));
    text += fmt::format("not proven after {} partial orders, {}. ",
                        count_text(static_cast<double>(search.tuples_visited)), duration(search.seconds));
    if (search.probes == 0 || !std::isfinite(search.tuples.middle)) return text + "How many more is not known";
    auto const sampled =
        fmt::format("{} predict{}", plural(search.probes, "sampled subtree"), search.probes == 1 ? "s" : "");
    auto const tuples = count_text(search.tuples.middle);
    if (!std::isfinite(search.tuples.high))
        return text + fmt::format("{} {} or more, {} or more of one core", sampled, tuples,
                                  duration(search.core_seconds.middle));
    return text + fmt::format("{} {} ({} to {}), {} of one core", sampled, tuples, count_text(search.tuples.low),
                              count_text(search.tuples.high), range_text(search.core_seconds));
}

std::string searches_text(Plan const& plan)
{
    std::string text;
    std::size_t shown = 0;
    for (auto const& [id, search] : plan.pilot.searches) {
        if (++shown > most_lines) {
            text += fmt::format("             and {} more\n", plan.pilot.searches.size() - most_lines);
            break;
        }
        text += fmt::format("{:<12} {}\n", shown == 1 ? "Search" : "", search_line(plan, id, search));
    }
    for (auto const& stage : plan.work.stages)
        if (stage.search && stage.limit_seconds > 0 && stage.core.middle > stage.limit_seconds)
            return text +
                   fmt::format("{:<12} Searches end after {} of all ranks together (--search-time), proven or not\n",
                               "", duration(stage.limit_seconds));
    return text;
}

bool is_known(Plan const& plan) { return plan.advice.limit != RankLimit::unknown; }

std::string ranks_table(Plan const& plan)
{
    auto text = fmt::format("\n  {:>7} {:>7}  {:<44} {}\n", "ranks", "nodes", "wall time", "busy");
    for (auto const& row : plan.advice.table)
        text += fmt::format("  {:>7} {:>7}  {:<44} {:.0f} %{}\n", row.ranks, plan.nodes(row.ranks),
                            range_text(row.wall), 100 * row.efficiency,
                            is_known(plan) && row.ranks == plan.advice.ranks ? "  <- recommended" : "");
    return text;
}

std::string reason(Plan const& plan)
{
    double longest = 0;
    for (auto const& stage : plan.work.stages) longest = std::max(longest, stage.longest);
    switch (plan.advice.limit) {
    case RankLimit::short_run:
        return "more would gain little: the run is down to a minute";
    case RankLimit::efficiency:
        return fmt::format("with twice as many a fifth of their time would be lost; the longest task takes {}",
                           duration(longest));
    case RankLimit::most:
        return "the largest number looked at";
    case RankLimit::unknown:
        return "some kind of task, or a search, came to no end in the pilot: raise --pilot-seconds";
    }
    return {};
}

Json range_json(Range const& range) { return {{"low", range.low}, {"estimate", range.middle}, {"high", range.high}}; }

Json search_json(SearchForecast const& search)
{
    return {{"proven", search.proven},
            {"tuples_visited", search.tuples_visited},
            {"seconds", search.seconds},
            {"samples", search.probes},
            {"tuples", range_json(search.tuples)},
            {"core_seconds", range_json(search.core_seconds)}};
}

/// Every setting, with what was tried of it.
Json settings_json(Plan const& plan)
{
    Json list = Json::array();
    for (std::size_t s = 0; s < plan.settings.size(); ++s) {
        SettingId const id(static_cast<std::int64_t>(s));
        Json kinds = Json::array();
        for (auto const& group : plan.pilot.groups)
            if (group.setting == id)
                kinds.push_back({{"kind", to_string(group.kind)},
                                 {"tasks", group.tasks},
                                 {"seconds", group.seconds},
                                 {"failed", group.failed},
                                 {"cut_short", group.cut_short},
                                 {"left", group.left}});
        Json setting{
            {"name", plan.settings[s].name}, {"log10_orders", plan.settings[s].log10_orders}, {"kinds", kinds}};
        if (auto const found = plan.pilot.searches.find(id); found != plan.pilot.searches.end())
            setting["search"] = search_json(found->second);
        list.push_back(std::move(setting));
    }
    return list;
}

} // namespace

std::int64_t Plan::tasks() const
{
    std::int64_t total = 0;
    for (auto const& group : pilot.groups) total += group.tasks;
    return total;
}

std::string plan_text(Plan const& plan)
{
    auto const& memory = plan.memory;
    auto const ranks = plan.chosen.ranks;
    auto const here = std::min(ranks, plan.ranks_per_node);
    auto text = fmt::format("{:<12} {}\n", "Run", tasks_line(plan));
    text +=
        fmt::format("{:<12} {} of scores, once per node; {} each rank; {} more on rank 0, which keeps the results\n",
                    "Memory", bytes_text(static_cast<double>(memory.scores)),
                    bytes_text(static_cast<double>(memory.rank)), bytes_text(static_cast<double>(memory.results)));
    text += fmt::format("{:<12} {} for a node with {}\n", "", bytes_text(static_cast<double>(memory.node(here))),
                        plural(here, "rank"));
    text += fmt::format("{:<12} {} tried in {} of processor time ({} by the clock); {} of {} kinds of task\n", "Pilot",
                        plural(plan.pilot.tasks_tried, "task"), duration(plan.pilot.processor_seconds),
                        duration(plan.pilot.wall_seconds), plan.work.groups_tried, plan.work.groups);
    if (!plan.pilot.groups.empty()) text += pilot_table(plan) + "\n";
    text += searches_text(plan);
    text += fmt::format("{:<12} {}, on processors like this one\n", "Core time", range_text(plan.work.core));
    text += fmt::format(
        "{:<12} The range: 90 % intervals of each kind's mean, from the spread of the tasks tried, added up;\n"
        "{:<12} a kind tried once counts for half to double, one not tried for a third to triple; tasks that were "
        "tried count as measured.\n",
        "", "");
    text += ranks_table(plan);
    text += fmt::format("\n{:<12} {}: {}\n", "Recommended",
                        is_known(plan) ? fmt::format("{} on {}", plural(plan.advice.ranks, "rank"),
                                                     plural(plan.nodes(plan.advice.ranks), "node"))
                                       : "unknown",
                        reason(plan));
    if (!plan.script.empty())
        text += fmt::format("{:<12} {}, for {}{} and {}. Start it with: {} {}\n", "Script", plan.script,
                            plan.parts > 1 ? fmt::format("{} of ", plural(plan.parts, "part")) : "",
                            plural(ranks, "rank"), duration(plan.limit_seconds), plan.submitted_with, plan.script);
    if (plan.parts > 1) text += fmt::format("{:<12} All of the above is about one of its {} parts.\n", "", plan.parts);
    return text;
}

std::string plan_json(Plan const& plan)
{
    Json tasks{{"total", plan.tasks()}};
    Json by_kind = Json::object();
    for (auto const& [kind, count] : tasks_by_kind(plan.pilot)) by_kind[std::string(to_string(kind))] = count;
    tasks["by_kind"] = by_kind;
    auto const& memory = plan.memory;
    Json ranks = Json::array();
    for (auto const& row : plan.advice.table)
        ranks.push_back({{"ranks", row.ranks},
                         {"nodes", plan.nodes(row.ranks)},
                         {"node_bytes", memory.node(std::min(row.ranks, plan.ranks_per_node))},
                         {"wall_seconds", range_json(row.wall)},
                         {"busy", row.efficiency}});
    Json json{
        {"tasks", tasks},
        {"settings", settings_json(plan)},
        {"memory", {{"scores_bytes", memory.scores}, {"rank_bytes", memory.rank}, {"results_bytes", memory.results}}},
        {"pilot",
         {{"tasks", plan.pilot.tasks_tried},
          {"processor_seconds", plan.pilot.processor_seconds},
          {"wall_seconds", plan.pilot.wall_seconds},
          {"kinds", plan.work.groups},
          {"kinds_tried", plan.work.groups_tried}}},
        {"core_seconds", range_json(plan.work.core)},
        {"ranks", ranks},
        {"recommended",
         is_known(plan) ? Json{{"ranks", plan.advice.ranks}, {"nodes", plan.nodes(plan.advice.ranks)}} : Json()},
        {"job",
         {{"ranks", plan.chosen.ranks},
          {"nodes", plan.nodes(plan.chosen.ranks)},
          {"wall_seconds", range_json(plan.chosen.wall)},
          {"limit_seconds", plan.limit_seconds}}}};
    if (!plan.script.empty()) json["script"] = plan.script;
    return json.dump(2) + "\n";
}

} // namespace exahca

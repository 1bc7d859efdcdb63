#include "io/json_harness.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "io/json_member.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>
#include <utility>

namespace exahca::io {
namespace {

using Json = nlohmann::json;

/// Metrics of lm-evaluation-harness that are shares of right answers or the like.
bool is_share(std::string const& metric)
{
    for (std::string_view const part : {"acc", "exact_match", "match", "f1", "pass@", "pass_at", "mc1", "mc2", "em"})
        if (part == "em" ? metric == part : metric.find(part) != metric.npos) return true;
    return false;
}

std::string harness_model(Json const& content, std::string const& file)
{
    if (auto name = text_member(content, "model_name"); !name.empty()) return name;
    if (auto const* const config = member(content, "config")) {
        auto const* const arguments = member(*config, "model_args");
        if (arguments != nullptr && arguments->is_object())
            if (auto name = text_member(*arguments, "pretrained"); !name.empty()) return name;
        if (arguments != nullptr && arguments->is_string()) {
            auto const& text = arguments->get_ref<std::string const&>();
            constexpr std::string_view key = "pretrained=";
            if (auto const place = text.find(key); place != text.npos) {
                auto const begin = place + key.size();
                return text.substr(begin, text.find(',', begin) - begin);
            }
        }
    }
    if (auto const* const config = member(content, "config_general")) // of the first Open LLM Leaderboard
        if (auto name = text_member(*config, "model_name"); !name.empty()) return name;
    if (auto name = text_member(content, "model"); !name.empty()) return name;
    throw InvalidInput(fmt::format("{} does not name its model", file),
                       "there is neither model_name nor pretrained in config nor model_name in config_general",
                       member(content, "config") == nullptr
                           ? "where the members of results are models, import these alone (jq .results FILE > NEW)"
                           : "leave the file out");
}

/// Of word perplexity and the like less is better, says the harness.
bool is_lower_better(Json const& content, std::string const& task, std::string const& metric)
{
    auto const* const tasks = member(content, "higher_is_better");
    auto const* const metrics = tasks == nullptr ? nullptr : member(*tasks, task.c_str());
    auto const* const higher = metrics == nullptr ? nullptr : member(*metrics, metric.c_str());
    return higher != nullptr && higher->is_boolean() && !higher->get<bool>();
}

void add_left_out(std::vector<std::string>& notes, char const* what, std::set<std::string> const& tasks)
{
    constexpr std::size_t most = 8;
    if (tasks.empty()) return;
    std::vector<std::string> names(tasks.begin(), tasks.end());
    if (names.size() > most) names.resize(most);
    notes.push_back(fmt::format("{}, left out: {} ({}{}); --scores takes them by name", what, tasks.size(),
                                join_names(names, ", "), tasks.size() > most ? ", ..." : ""));
}

} // namespace

bool HarnessResults::take(Json const& content, std::string const& file)
{
    auto const* const results = member(content, "results");
    if (results == nullptr || !results->is_object()) return false;
    auto const model = harness_model(content, file);
    auto const date = date_member(content, "date");
    auto const parts = parts_of_groups(content, *results);
    for (auto const& [task, values] : results->items()) {
        auto const metrics = metrics_of(values);
        if (metrics.empty()) continue;
        if (auto const part = parts.find(task); part != parts.end() && !is_asked_for(task)) {
            (part->second == Part::of_group ? parts_left_out_ : wholes_left_out_).insert(task);
            continue;
        }
        auto const& chosen = choose(metrics);
        note_choice(task, metrics, chosen);
        if (is_lower_better(content, task, chosen.name)) findings_.note_lower_is_better(task);
        findings_.add({date, model, {}, {}, task, chosen.value, is_share(chosen.name)});
    }
    return true;
}

void HarnessResults::add_notes(std::vector<std::string>& notes) const
{
    for (auto const& [task, choice] : choices_)
        if (choice.first.size() > 1 || !choice.second.empty())
            notes.push_back(choice_text(task, choice.first, choice.second));
    add_left_out(notes, "tasks that are parts of a group", parts_left_out_);
    add_left_out(notes, "groups that are the mean of different benchmarks", wholes_left_out_);
}

bool HarnessResults::is_asked_for(std::string const& task) const
{
    return std::find(asked_for_.begin(), asked_for_.end(), task) != asked_for_.end();
}

/// "acc_norm,none": 0.59 and the like, without standard errors and what is no metric.
std::vector<HarnessResults::Metric> HarnessResults::metrics_of(Json const& values)
{
    std::vector<Metric> metrics;
    if (!values.is_object()) return metrics;
    for (auto const& [key, value] : values.items()) {
        auto const comma = key.find(',');
        auto name = key.substr(0, comma);
        if (!value.is_number() || name.ends_with("_stderr") || name == "sample_len" || name == "samples" ||
            name == "version")
            continue;
        metrics.push_back({std::move(name), comma == key.npos ? "none" : key.substr(comma + 1), value.get<double>()});
    }
    return metrics;
}

HarnessResults::Metric const& HarnessResults::choose(std::vector<Metric> const& metrics) const
{
    constexpr std::array<std::string_view, 4> usual{"acc_norm", "acc", "exact_match", "f1"};
    auto const rank = [&](Metric const& metric) {
        if (metric.name == preferred_) return -1;
        return static_cast<int>(std::find(usual.begin(), usual.end(), metric.name) - usual.begin());
    };
    return *std::min_element(metrics.begin(), metrics.end(), [&](Metric const& a, Metric const& b) {
        return std::make_tuple(rank(a), a.filter != "none", a.name, a.filter) <
               std::make_tuple(rank(b), b.filter != "none", b.name, b.filter);
    });
}

/// Groups that have scores themselves, and what they are made of.
std::map<std::string, std::set<std::string>> HarnessResults::scored_groups(Json const& content, Json const& results)
{
    std::map<std::string, std::set<std::string>> scored;
    auto const* const groups = member(content, "group_subtasks");
    if (groups == nullptr || !groups->is_object()) return scored;
    for (auto const& [group, tasks] : groups->items()) {
        auto const* const own = member(results, group.c_str());
        if (own == nullptr || metrics_of(*own).empty() || !tasks.is_array()) continue;
        for (auto const& task : tasks)
            if (task.is_string() && task.get_ref<std::string const&>() != group)
                scored[group].insert(task.get<std::string>());
    }
    return scored;
}

std::set<std::string> HarnessResults::metrics_used(Json const& results, std::set<std::string> const& tasks) const
{
    std::set<std::string> used;
    for (auto const& task : tasks)
        if (auto const* const own = member(results, task.c_str()))
            if (auto const metrics = metrics_of(*own); !metrics.empty()) used.insert(choose(metrics).name);
    return used;
}

/// Tasks that belong to a group with a score of its own, which is made of theirs; and groups whose score is a mean
/// of benchmarks, as they hold all that there is or tasks of different metrics: their parts are taken instead.
std::map<std::string, HarnessResults::Part> HarnessResults::parts_of_groups(Json const& content,
                                                                            Json const& results) const
{
    auto scored = scored_groups(content, results);
    std::map<std::string, Part> wholes;
    for (auto const& [group, tasks] : scored)
        if (metrics_used(results, tasks).size() > 1) wholes.emplace(group, Part::whole);
    for (auto const& [group, part] : wholes) scored.erase(group);
    for (;;) {
        auto all = wholes;
        for (auto const& [group, tasks] : scored)
            for (auto const& task : tasks) all.try_emplace(task, Part::of_group);
        std::vector<std::string> left;
        for (auto const& [task, values] : results.items())
            if (!all.contains(task) && !metrics_of(values).empty()) left.push_back(task);
        if (left.size() != 1 || !scored.contains(left.front())) return all;
        wholes.emplace(left.front(), Part::whole);
        scored.erase(left.front());
    }
}

void HarnessResults::note_choice(std::string const& task, std::vector<Metric> const& metrics, Metric const& chosen)
{
    auto const full = [](Metric const& metric) {
        return metric.filter == "none" ? metric.name : metric.name + "," + metric.filter;
    };
    auto& [own, others] = choices_[task];
    ++own[full(chosen)];
    for (auto const& metric : metrics)
        if (&metric != &chosen) others.insert(full(metric));
}

/// Which metric a task's scores are; several where some results do not have the first.
std::string HarnessResults::choice_text(std::string const& task, Counts const& chosen,
                                        std::set<std::string> const& others)
{
    std::vector<std::string> metrics;
    for (auto const& [metric, count] : chosen)
        metrics.push_back(chosen.size() == 1 ? metric : fmt::format("{} in {} results", metric, count));
    std::string also;
    if (!others.empty()) also = fmt::format(" (there is also {}: choose with --metric)", fmt::join(others, ", "));
    return chosen.size() == 1
               ? fmt::format("{} is {}{}", task, metrics.front(), also)
               : fmt::format("warning: {} is not one metric: {}{}", task, fmt::join(metrics, ", "), also);
}

} // namespace exahca::io

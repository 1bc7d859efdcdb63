#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/io/results_import.hpp"
#include "io/entry_table.hpp"
#include "io/excluded_models.hpp"
#include "io/import_finish.hpp"
#include "io/missing_codes.hpp"
#include "io/parse_json.hpp"
#include "io/text_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

namespace exahca {
namespace {

using Json = nlohmann::json;

/// One result before it is known which of several of its kind counts.
struct Finding
{
    double date = 0; ///< seconds; 0: unknown
    std::string model;
    std::string domain;
    std::string data_set; ///< Every Eval Ever alone
    std::string task;
    double score = 0;
    bool is_share = false;      ///< between 0 and 1 by what it is
    double most = std::nan(""); ///< the highest there can be where the lowest is 0, by what it is
};

Json const* member(Json const& object, char const* name)
{
    if (!object.is_object()) return nullptr;
    auto const found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_member(Json const& object, char const* name)
{
    auto const* const value = member(object, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

/// A date as a number, or as one in a text.
double date_member(Json const& object, char const* name)
{
    auto const* const value = member(object, name);
    if (value == nullptr) return 0;
    double date = 0;
    if (value->is_number()) date = value->get<double>();
    if (value->is_string()) {
        auto const& text = value->get_ref<std::string const&>();
        std::from_chars(text.data(), text.data() + text.size(), date);
    }
    return std::isfinite(date) ? date : 0;
}

/// Metrics of lm-evaluation-harness that are shares of right answers or the like.
bool is_share(std::string const& metric)
{
    for (std::string_view const part : {"acc", "exact_match", "match", "f1", "pass@", "pass_at", "mc1", "mc2", "em"})
        if (part == "em" ? metric == part : metric.find(part) != metric.npos) return true;
    return false;
}

struct Metric
{
    std::string name;
    std::string filter;
    double value;
};

class Collector
{
public:
    Collector(std::string const& preferred, CsvImportOptions const& options) : preferred_(preferred), options_(options)
    {
    }

    /// \returns whether the file is of a known kind
    bool add(Json const& content, std::string const& file)
    {
        if (content.is_array()) {
            bool known = false;
            for (auto const& one : content) known = add_object(one, file) || known;
            return known;
        }
        return add_object(content, file);
    }

    CsvImportResult finish(std::string const& name)
    {
        CsvImportResult result;
        result.has_domain_column = false;
        // The latest last: it counts. Files come in the order of their names.
        std::stable_sort(findings_.begin(), findings_.end(),
                         [](Finding const& a, Finding const& b) { return a.date < b.date; });
        auto const labels = labels_of_tasks();
        take_codes_out(labels, result); // before anything is told by the scores
        io::EntryTable table;
        auto const scales = scales_of_benchmarks(labels);
        std::set<std::string> converted;
        io::ExcludedModels excluded(options_.excluded_models);
        for (auto const& finding : findings_) {
            if (excluded.take(finding.model)) continue;
            auto const& label = labels.at({finding.data_set, finding.task});
            auto const model = table.model(finding.model);
            double const factor = factor_of(finding, scales.at(label));
            if (factor != 1) converted.insert(label);
            table.add(model, table.benchmark(label), factor * finding.score);
            table.set_domain(model, domain_of(finding), name);
        }
        note(result, std::ssize(converted));
        excluded.finish(name, result.notes);
        table.finish(result, options_, io::Repeated::last, name);
        return result;
    }

private:
    bool add_object(Json const& content, std::string const& file)
    {
        if (auto const* const results = member(content, "evaluation_results");
            results != nullptr && results->is_array() && member(content, "model_info") != nullptr) {
            add_every_eval(content, *results, file);
            return true;
        }
        auto const* const results = member(content, "results");
        if (results == nullptr || !results->is_object()) return false;
        add_harness(content, *results, file);
        return true;
    }

    void add_harness(Json const& content, Json const& results, std::string const& file)
    {
        ++harness_files_;
        auto const model = harness_model(content, file);
        auto const date = date_member(content, "date");
        auto const parts = parts_of_groups(content, results);
        for (auto const& [task, values] : results.items()) {
            auto const metrics = metrics_of(values);
            if (metrics.empty()) continue;
            if (auto const part = parts.find(task); part != parts.end() && !is_asked_for(task)) {
                (part->second == Part::of_group ? parts_left_out_ : wholes_left_out_).insert(task);
                continue;
            }
            auto const& chosen = choose(metrics);
            note_choice(task, metrics, chosen);
            note_direction(content, task, chosen);
            findings_.push_back({date, model, {}, {}, task, chosen.value, is_share(chosen.name)});
        }
    }

    static std::string harness_model(Json const& content, std::string const& file)
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

    bool is_asked_for(std::string const& task) const
    {
        auto const& asked = options_.score_columns;
        return std::find(asked.begin(), asked.end(), task) != asked.end();
    }

    /// Why a task is no benchmark.
    enum class Part { of_group, whole };

    /// Groups that have scores themselves, and what they are made of.
    static std::map<std::string, std::set<std::string>> scored_groups(Json const& content, Json const& results)
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

    std::set<std::string> metrics_used(Json const& results, std::set<std::string> const& tasks) const
    {
        std::set<std::string> used;
        for (auto const& task : tasks)
            if (auto const* const own = member(results, task.c_str()))
                if (auto const metrics = metrics_of(*own); !metrics.empty()) used.insert(choose(metrics).name);
        return used;
    }

    /// Tasks that belong to a group with a score of its own, which is made of theirs; and groups whose score is a mean
    /// of benchmarks, as they hold all that there is or tasks of different metrics: their parts are taken instead.
    std::map<std::string, Part> parts_of_groups(Json const& content, Json const& results) const
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

    /// Of word perplexity and the like less is better, says the harness.
    void note_direction(Json const& content, std::string const& task, Metric const& chosen)
    {
        auto const* const tasks = member(content, "higher_is_better");
        auto const* const metrics = tasks == nullptr ? nullptr : member(*tasks, task.c_str());
        auto const* const higher = metrics == nullptr ? nullptr : member(*metrics, chosen.name.c_str());
        if (higher != nullptr && higher->is_boolean() && !higher->get<bool>()) lower_is_better_.insert(task);
    }

    /// "acc_norm,none": 0.59 and the like, without standard errors and what is no metric.
    static std::vector<Metric> metrics_of(Json const& values)
    {
        std::vector<Metric> metrics;
        if (!values.is_object()) return metrics;
        for (auto const& [key, value] : values.items()) {
            auto const comma = key.find(',');
            auto name = key.substr(0, comma);
            if (!value.is_number() || name.ends_with("_stderr") || name == "sample_len" || name == "samples" ||
                name == "version")
                continue;
            metrics.push_back(
                {std::move(name), comma == key.npos ? "none" : key.substr(comma + 1), value.get<double>()});
        }
        return metrics;
    }

    Metric const& choose(std::vector<Metric> const& metrics) const
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

    void note_choice(std::string const& task, std::vector<Metric> const& metrics, Metric const& chosen)
    {
        auto const full = [](Metric const& metric) {
            return metric.filter == "none" ? metric.name : metric.name + "," + metric.filter;
        };
        auto& [own, others] = choices_[task];
        ++own[full(chosen)];
        for (auto const& metric : metrics)
            if (&metric != &chosen) others.insert(full(metric));
    }

    void add_every_eval(Json const& content, Json const& results, std::string const& file)
    {
        ++every_eval_files_;
        auto const& info = *member(content, "model_info");
        auto model = text_member(info, "id");
        if (model.empty()) model = text_member(info, "name");
        if (model.empty())
            throw InvalidInput(fmt::format("{} does not name its model", file), "model_info has neither id nor name",
                               "leave the file out");
        auto const* const details = member(info, "additional_details");
        auto const domain = details == nullptr ? std::string() : text_member(*details, "base_model");
        auto const date = date_member(content, "retrieved_timestamp");
        for (auto const& result : results) {
            auto const task = text_member(result, "evaluation_name");
            auto const* const score_details = member(result, "score_details");
            auto const* const score = score_details == nullptr ? nullptr : member(*score_details, "score");
            if (task.empty() || score == nullptr || !score->is_number()) continue;
            auto const* const source = member(result, "source_data");
            auto const* const config = member(result, "metric_config");
            Finding finding{date,   model,
                            domain, source == nullptr ? "" : text_member(*source, "dataset_name"),
                            task,   score->get<double>(),
                            false};
            if (config != nullptr) read_metric_config(*config, finding);
            findings_.push_back(std::move(finding));
        }
    }

    void read_metric_config(Json const& config, Finding& finding)
    {
        auto const number = [&](char const* name) {
            auto const* const value = member(config, name);
            return value != nullptr && value->is_number() ? value->get<double>() : std::nan("");
        };
        finding.is_share = number("min_score") == 0 && number("max_score") == 1;
        if (number("min_score") == 0 && number("max_score") > 0) finding.most = number("max_score");
        auto const* const lower = member(config, "lower_is_better");
        if (lower != nullptr && lower->is_boolean() && lower->get<bool>()) lower_is_better_.insert(finding.task);
        // The schema's own code for a level that is unknown.
        auto const* const unknown = member(config, "has_unknown_level");
        if (unknown != nullptr && unknown->is_boolean() && unknown->get<bool>() && finding.score == -1)
            finding.score = std::nan("");
    }

    /// Names of benchmarks: the task's, with the data set's before it where several data sets share one.
    std::map<std::pair<std::string, std::string>, std::string> labels_of_tasks() const
    {
        std::map<std::string, std::set<std::string>> data_sets;
        for (auto const& finding : findings_) data_sets[finding.task].insert(finding.data_set);
        std::map<std::pair<std::string, std::string>, std::string> labels;
        for (auto const& [task, sets] : data_sets)
            for (auto const& set : sets)
                labels[{set, task}] = sets.size() == 1 || set.empty() ? task : fmt::format("{}: {}", set, task);
        return labels;
    }

    /// Scores that stand for missing ones become such.
    void take_codes_out(std::map<std::pair<std::string, std::string>, std::string> const& labels,
                        CsvImportResult& result)
    {
        io::MissingCodes const codes(options_.missing_codes);
        for (auto& finding : findings_) {
            if (!codes.is_code(finding.score) &&
                !io::is_benchmark_code(options_.benchmark_codes, labels.at({finding.data_set, finding.task}),
                                       finding.score))
                continue;
            ++result.missing_texts[fmt::format("{:g}", finding.score)];
            finding.score = std::nan("");
        }
    }

    std::string domain_of(Finding const& finding) const
    {
        if (!options_.domain_of) return finding.domain;
        return options_.domain_of(
            {finding.model, finding.domain, std::vector<std::string_view>(options_.text_columns.size())});
    }

    /// What all results of one benchmark are.
    struct Scale
    {
        bool all_shares = true;       ///< between 0 and 1, by their metric or by their range
        bool all_ranges = true;       ///< every one says how high it can be
        std::set<double> ranges = {}; ///< different ones of those
    };

    std::map<std::string, Scale>
    scales_of_benchmarks(std::map<std::pair<std::string, std::string>, std::string> const& labels) const
    {
        std::map<std::string, Scale> scales;
        for (auto const& finding : findings_) {
            auto& scale = scales[labels.at({finding.data_set, finding.task})];
            scale.all_shares = scale.all_shares && finding.is_share && !(finding.score < 0 || finding.score > 1);
            scale.all_ranges = scale.all_ranges && std::isfinite(finding.most);
            if (std::isfinite(finding.most)) scale.ranges.insert(finding.most);
        }
        return scales;
    }

    /// Shares become per cent; so do results whose ranges differ, each by its own.
    static double factor_of(Finding const& finding, Scale const& scale)
    {
        if (scale.all_shares) return 100;
        return scale.all_ranges && scale.ranges.size() > 1 ? 100 / finding.most : 1;
    }

    void note(CsvImportResult& result, std::int64_t shares) const
    {
        if (harness_files_ > 0)
            result.notes.push_back(fmt::format("files of lm-evaluation-harness: {}", harness_files_));
        if (every_eval_files_ > 0)
            result.notes.push_back(fmt::format("files of Every Eval Ever: {}", every_eval_files_));
        for (auto const& [task, choice] : choices_)
            if (choice.first.size() > 1 || !choice.second.empty())
                result.notes.push_back(choice_text(task, choice.first, choice.second));
        auto const add_left_out = [&](char const* what, std::set<std::string> const& tasks) {
            constexpr std::size_t most = 8;
            if (tasks.empty()) return;
            std::vector<std::string> names(tasks.begin(), tasks.end());
            if (names.size() > most) names.resize(most);
            result.notes.push_back(fmt::format("{}, left out: {} ({}{}); --scores takes them by name", what,
                                               tasks.size(), join_names(names, ", "),
                                               tasks.size() > most ? ", ..." : ""));
        };
        add_left_out("tasks that are parts of a group", parts_left_out_);
        add_left_out("groups that are the mean of different benchmarks", wholes_left_out_);
        if (shares > 0)
            result.notes.push_back(fmt::format("scores from 0 to 1 are stored in per cent: {} benchmarks", shares));
        if (!lower_is_better_.empty())
            result.notes.push_back(fmt::format("warning: lower is better on {}: effects on it have the other sign",
                                               fmt::join(lower_is_better_, ", ")));
    }

    using Counts = std::map<std::string, std::int64_t>;

    /// Which metric a task's scores are; several where some results do not have the first.
    static std::string choice_text(std::string const& task, Counts const& chosen, std::set<std::string> const& others)
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

    std::string const& preferred_;
    CsvImportOptions const& options_;
    std::vector<Finding> findings_;
    std::map<std::string, std::pair<Counts, std::set<std::string>>> choices_; // chosen, with how often; others
    std::set<std::string> parts_left_out_, wholes_left_out_, lower_is_better_;
    std::int64_t harness_files_ = 0, every_eval_files_ = 0;
};

Json parse(std::string text, std::string const& file)
{
    return io::parse_json<Json>(std::move(text), file, "export it again, or leave it out");
}

[[noreturn]] void refuse_kind(std::string const& name)
{
    throw InvalidInput(
        fmt::format("{} holds no results of a known kind", name),
        "known are lm-evaluation-harness and Every Eval Ever, and of tables an array of rows, "
        "[{\"model\": \"a\", \"IFEval\": 45.1}, ...], rows by name, {\"a\": {\"IFEval\": 45.1}, ...}, and "
        "an object with one of these",
        "write a table of the scores, and import that");
}

std::vector<std::string> json_files(std::string const& folder)
{
    std::vector<std::string> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator next(folder, error), end; next != end; next.increment(error)) {
        if (error) break;
        if (next->is_regular_file(error) && next->path().extension() == ".json") files.push_back(next->path().string());
    }
    if (error) throw InvalidInput(fmt::format("{} cannot be read", folder), error.message(), "check its permissions");
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

CsvImportResult import_results(std::string const& path, std::string const& metric, CsvImportOptions const& options)
{
    std::error_code error;
    bool const is_folder = std::filesystem::is_directory(path, error);
    auto const files = is_folder ? json_files(path) : std::vector{path};
    Collector collector(metric, options);
    std::int64_t others = 0, known = 0;
    for (auto const& file : files) {
        auto const source = io::open_text(file);
        (collector.add(parse(io::read_all(*source), file), file) ? known : others) += 1;
    }
    if (known == 0) refuse_kind(path);
    auto result = collector.finish(path);
    if (others > 0) result.notes.push_back(fmt::format("JSON files of other kinds, left out: {}", others));
    return result;
}

CsvImportResult import_results_text(std::string_view content, std::string const& name, std::string const& metric,
                                    CsvImportOptions const& options)
{
    Collector collector(metric, options);
    if (!collector.add(parse(std::string(content), name), name)) refuse_kind(name);
    return collector.finish(name);
}

} // namespace exahca

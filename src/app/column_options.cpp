#include "column_options.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/core/text_lists.hpp"
#include "exahca/model/item_noise.hpp"
#include "exahca/model/row_domains.hpp"
#include "exahca/model/score_counts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <optional>
#include <utility>

namespace exahca {

std::string typed_name(std::string const& option, std::string const& text)
{
    auto const listed = text.starts_with('"') ? split_names(option, text) : std::vector<std::string>{};
    return listed.size() == 1 ? listed.front() : text;
}

NamedValue parse_named(std::string const& option, std::string const& text, std::span<std::string const> benchmarks)
{
    auto const sign = text.rfind('=');
    if (sign == text.npos)
        throw UsageError(fmt::format("--{} {} has no =", option, text), {},
                         fmt::format("give --{} NAME=VALUE", option));
    auto const name = typed_name(option, text.substr(0, sign));
    auto const found = std::find(benchmarks.begin(), benchmarks.end(), name);
    if (found == benchmarks.end())
        throw UsageError(fmt::format("--{} names \"{}\", which is no benchmark", option, name),
                         fmt::format("they are {}", join_names(benchmarks, ", ")), "use one of these names");
    return {found - benchmarks.begin(), text.substr(sign + 1)};
}

namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

Texts texts_of(Command::Values const& values, char const* option)
{
    return values.count(option) > 0 ? values[option].as<Texts>() : Texts{};
}

/// The same as parse_named; nothing, and a note, where the benchmark is left out.
std::optional<NamedValue> parse_unless_left_out(std::string const& option, std::string const& text,
                                                CsvImportResult& result)
{
    auto const& benchmarks = result.matrix.benchmarks;
    if (auto const sign = text.rfind('='); sign != text.npos) {
        auto const name = typed_name(option, text.substr(0, sign));
        auto note = left_out_note(result, fmt::format("--{} {}", option, text), name);
        if (note && std::find(benchmarks.begin(), benchmarks.end(), name) == benchmarks.end()) {
            result.notes.push_back(std::move(*note));
            return {};
        }
    }
    return parse_named(option, text, benchmarks);
}

void set_bounds(Command::Values const& values, char const* option, CsvImportResult& result, Vector& bounds)
{
    for (auto const& text : texts_of(values, option)) {
        auto const named = parse_unless_left_out(option, text, result);
        if (!named) continue;
        auto const& [benchmark, value] = *named;
        bounds[benchmark] = parse_number<double>(option, value);
        if (!std::isfinite(bounds[benchmark]))
            throw UsageError(fmt::format("--{} {} is not finite", option, text), {},
                             "leave it out where there is none");
    }
}

/// M, M:F or M:F:CHANCE.
struct ItemNumbers
{
    std::int64_t count = 0;
    double share = usual_item_share, chance = 0;
};

ItemNumbers parse_items(std::string const& text, std::string const& value)
{
    auto const parts = split_list(value, ':');
    if (parts.empty() || parts.size() > 3)
        throw UsageError(fmt::format("--items {} cannot be read", text), {},
                         "give --items NAME=541, NAME=541:0.5 or NAME=541:0.5:0.25");
    ItemNumbers numbers;
    numbers.count = parse_number<std::int64_t>("items", parts[0]);
    if (parts.size() > 1) numbers.share = parse_number<double>("items", parts[1]);
    if (parts.size() > 2) numbers.chance = parse_number<double>("items", parts[2]);
    if (numbers.count < 1 || !(numbers.share >= 0 && numbers.share <= 1) ||
        !(numbers.chance >= 0 && numbers.chance < 1))
        throw UsageError(
            fmt::format("--items {} is out of range", text),
            "there are 1 or more items, the share of their noise lies between 0 and 1, and guessing solves "
            "a share below 1",
            "give --items NAME=541, NAME=541:0.5 or NAME=541:0.5:0.25");
    return numbers;
}

void set_items(Command::Values const& values, CsvImportResult& result)
{
    auto const texts = texts_of(values, "items");
    if (texts.empty()) return;
    auto& matrix = result.matrix;
    auto const benchmarks = matrix.benchmarks.size();
    BenchmarkItems items{std::vector<double>(benchmarks), std::vector<double>(benchmarks, usual_item_share)};
    std::vector<double> chances(benchmarks);
    for (auto const& text : texts) {
        auto const named = parse_unless_left_out("items", text, result);
        if (!named) continue;
        auto const& [benchmark, value] = *named;
        auto const place = static_cast<std::size_t>(benchmark);
        auto const numbers = parse_items(text, value);
        items.count[place] = static_cast<double>(numbers.count);
        items.share[place] = numbers.share;
        chances[place] = numbers.chance;
    }
    if (std::all_of(items.count.begin(), items.count.end(), [](double count) { return count == 0; }))
        return; // left out
    if (std::any_of(chances.begin(), chances.end(), [](double chance) { return chance > 0; })) items.chance = chances;
    if (auto const fault = item_scale_fault(items, matrix.scores, matrix.benchmarks); !fault.empty())
        throw UsageError("--items does not go with the scores", fault, "leave these benchmarks out of --items");
    matrix.items = std::move(items);
}

/// Adds what count_scores leaves aside of small base models: scores that do not vary in them. They show an end of a
/// scale all the same (detect_bounds), for within a single model nothing varies.
void add_small_base_models(ScoreMatrix const& matrix, ScoreBounds const& bounds, ScoreCounts& counts)
{
    auto const rows = rows_of(domains_of(matrix.base_models));
    for (std::size_t k = 1; k < rows.size(); ++k) {
        if (std::ssize(rows[k]) >= fewest_at_bound) continue;
        for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
            double const floor = bounds.floor[static_cast<Index>(j)], ceiling = bounds.ceiling[static_cast<Index>(j)];
            double least = ceiling, most = floor;
            std::int64_t at_floor = 0, at_ceiling = 0;
            for (Index const row : rows[k]) {
                double const score = matrix.scores(row, static_cast<Index>(j));
                if (std::isnan(score)) continue;
                least = std::min(least, std::max(score, floor));
                most = std::max(most, std::min(score, ceiling));
                at_floor += score <= floor ? 1 : 0;
                at_ceiling += score >= ceiling ? 1 : 0;
            }
            if (!is_constant(least, most)) continue; // counted
            counts.at_floor[j] += at_floor;
            counts.at_ceiling[j] += at_ceiling;
        }
    }
}

} // namespace

void add_column_options(Command::Options& options)
{
    options.add_options()(
        "floor", po::value<Texts>()->value_name("NAME=VALUE"),
        "lowest value of a benchmark's scale: scores at or below it count as at most this; may be repeated")(
        "ceiling", po::value<Texts>()->value_name("NAME=VALUE"),
        "highest value of a benchmark's scale, likewise; may be repeated")(
        "bounds", po::value<std::string>()->default_value("auto"),
        "other ends of scales: detect where scores pile up (auto), or none (off)")(
        "items", po::value<Texts>()->value_name("NAME=M[:F[:CHANCE]]"),
        "a benchmark's score is the mean of M items, and a share F (0.5) of their binomial variance is noise; CHANCE: "
        "share of items solved by guessing, for scores on which guessing gives 0; may be repeated");
}

ScoreBounds stated_bounds(Command::Values const& values, CsvImportResult& result)
{
    auto bounds = no_bounds(result.matrix.scores.cols());
    set_bounds(values, "floor", result, bounds.floor);
    set_bounds(values, "ceiling", result, bounds.ceiling);
    return bounds;
}

void set_column_facts(Command::Values const& values, std::span<SentinelHint const> sentinels, ScoreBounds const& stated,
                      CsvImportResult& result)
{
    auto& matrix = result.matrix;
    auto const choice = values["bounds"].as<std::string>();
    if (choice != "auto" && choice != "off")
        throw UsageError(fmt::format("unknown --bounds \"{}\"", choice), {}, "use auto or off");
    auto bounds = choice == "auto" ? detect_bounds(matrix) : no_bounds(matrix.scores.cols());
    for (auto const& hint : sentinels) {
        if (bounds.floor[hint.column] == hint.value)
            bounds.floor[hint.column] = -std::numeric_limits<double>::infinity();
        if (bounds.ceiling[hint.column] == hint.value)
            bounds.ceiling[hint.column] = std::numeric_limits<double>::infinity();
        if (hint.least < hint.most) continue;
        // Without what may be missing all scores are equal: they show no end of a scale.
        bounds.floor[hint.column] = -std::numeric_limits<double>::infinity();
        bounds.ceiling[hint.column] = std::numeric_limits<double>::infinity();
    }
    for (Index j = 0; j < bounds.floor.size(); ++j) {
        if (std::isfinite(stated.floor[j])) bounds.floor[j] = stated.floor[j];
        if (std::isfinite(stated.ceiling[j])) bounds.ceiling[j] = stated.ceiling[j];
        if (!(bounds.floor[j] < bounds.ceiling[j]))
            throw UsageError(fmt::format("the scale of {} would go from {} to {}",
                                         matrix.benchmarks[static_cast<std::size_t>(j)], bounds.floor[j],
                                         bounds.ceiling[j]),
                             {}, "give --floor below --ceiling");
    }
    matrix.bounds = std::move(bounds);
    set_items(values, result);
}

std::vector<std::string> bound_lines(ScoreMatrix const& matrix)
{
    auto const bounds = bounds_of(matrix);
    std::vector<std::string> lines;
    if (bounds == no_bounds(matrix.scores.cols())) return lines;
    auto counts = count_scores(matrix, bounds);
    add_small_base_models(matrix, bounds, counts);
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
        auto const column = static_cast<Index>(j);
        auto const add = [&](char const* end, double bound, std::int64_t count) {
            if (std::isinf(bound)) return;
            auto const known = std::max<std::int64_t>(1, counts.models - counts.missing[j]);
            lines.push_back(fmt::format("{} has a {} at {}: {} of {} scores ({:.1f} %)",
                                        listed_name(matrix.benchmarks[j]), end, bound, count, known,
                                        100 * static_cast<double>(count) / static_cast<double>(known)));
        };
        add("floor", bounds.floor[column], counts.at_floor[j]);
        add("ceiling", bounds.ceiling[column], counts.at_ceiling[j]);
    }
    return lines;
}

std::string missing_line(ScoreMatrix const& matrix)
{
    auto const counts = count_scores(matrix, no_bounds(matrix.scores.cols()));
    if (counts.complete == counts.models) return {};
    Texts columns;
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j)
        if (counts.missing[j] > 0)
            columns.push_back(fmt::format("{} {}", listed_name(matrix.benchmarks[j]), counts.missing[j]));
    return fmt::format("models that miss scores: {} of {} ({})", counts.models - counts.complete, counts.models,
                       fmt::join(columns, ", "));
}

} // namespace exahca

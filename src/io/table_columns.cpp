#include "io/table_columns.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/spelling.hpp"
#include "io/letters_remedy.hpp"
#include "io/missing_codes.hpp"
#include "io/scale_words.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

namespace exahca::io {
namespace {

/// Whether a column is called as columns of base models, or of other groups, are called, also by their numbers, "School
/// ID". A hint, no more: a column "family" may hold anything.
bool is_name_of_groups(std::string const& name)
{
    constexpr std::array<std::u32string_view, 5> numbers{U"id", U"no", U"nr", U"number", U"code"};
    static std::set<std::u32string, std::less<>> const names{
        U"base",     U"basemodelname", U"parent",      U"parentmodel", U"family",     U"modelfamily", U"pretrained",
        U"backbone", U"origin",        U"group",       U"cluster",     U"cohort",     U"site",        U"center",
        U"centre",   U"hospital",      U"clinic",      U"school",      U"class",      U"classroom",   U"country",
        U"region",   U"state",         U"city",        U"domain",      U"population", U"language",    U"lab",
        U"org",      U"organization",  U"organisation"};
    auto const key = spelling_key(name);
    if (names.contains(key)) return true;
    return std::any_of(numbers.begin(), numbers.end(), [&](auto number) {
        return key.ends_with(number) && names.contains(key.substr(0, key.size() - number.size()));
    });
}

/// "STATIONS_ID", "siteId": by its last word a number of something.
bool is_called_id(std::string const& name)
{
    if (name.size() < 3) return false;
    auto const before = name[name.size() - 3];
    auto const end = std::string_view(name).substr(name.size() - 2);
    bool const is_small = before >= 'a' && before <= 'z', is_large = before >= 'A' && before <= 'Z';
    if (end == "id") return !is_small && !is_large;
    return (end == "ID" || end == "Id") && !is_large;
}

/// Three numbers or more between points, "15.3.1": of software, and no name of a group.
bool is_version(std::string_view text)
{
    if (text.starts_with('v')) text.remove_prefix(1);
    return std::count(text.begin(), text.end(), '.') >= 2 && text.find("..") == text.npos && !text.starts_with('.') &&
           !text.ends_with('.') && text.find_first_not_of("0123456789.") == text.npos;
}

} // namespace

bool TableColumns::is_kept(std::size_t column) const
{
    return std::find(kept_.begin(), kept_.end(), column) != kept_.end();
}

void TableColumns::survey(CsvRowView const& row, MissingCodes const& codes)
{
    constexpr std::size_t most_texts = 200;
    for (auto const column : surveyed_) {
        auto const field = row.fields[column];
        auto& survey = surveys_[column];
        if (!survey.look.add_if_plain(field, codes)) {
            if (codes.contains(field)) continue;
            survey.look.add(field);
        }
        if (!looks_for_domains_ || survey.many_texts) continue;
        if (survey.texts.find(field) == survey.texts.end()) survey.texts.emplace(field);
        survey.many_texts = survey.texts.size() > most_texts;
    }
}

void TableColumns::choose_styles(char delimiter)
{
    char of_file = '.';
    bool any_comma = false;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i].empty()) continue; // of no use, and no pattern for the others
        auto const& look = surveys_[i].look;
        has_points_ = has_points_ || look.shows_decimal_point();
        any_comma = any_comma || look.has_decimal_comma();
        if (look.shows_decimal_comma()) of_file = ',';
    }
    // Who separates fields by semicolons does it for the decimal commas.
    if (delimiter == ';' && any_comma && !has_points_) of_file = ',';
    for (auto const& survey : surveys_) styles_.push_back(survey.look.style(options_.decimal, of_file));
    take_shared_steps();
}

/// Steps that several columns have in common are a scale, in whatever language their labels are.
void TableColumns::take_shared_steps()
{
    constexpr int fewest_columns = 3, fewest_steps = 2;
    std::map<std::pair<std::string, std::string>, int> columns; // by step
    for (auto const& survey : surveys_)
        if (survey.look.has_steps())
            for (auto const& step : survey.look.steps()) ++columns[{step.number, step.label}];
    for (std::size_t i = 0; i < surveys_.size(); ++i) {
        auto const& look = surveys_[i].look;
        auto const& steps = look.steps();
        auto const shared = std::count_if(steps.begin(), steps.end(), [&](auto const& step) {
            return columns[{step.number, step.label}] >= fewest_columns;
        });
        styles_[i].labels = styles_[i].labels || (look.has_steps() && shared >= fewest_steps);
    }
}

void TableColumns::take_named_scores()
{
    for (auto const& wanted : options_.score_columns) {
        auto const column = find(wanted, "--scores");
        if (column == model_ || column == domain_ || is_score(column))
            throw UsageError(fmt::format("column \"{}\" is named twice", wanted), {}, "name each column once");
        if (excluded_[column] || is_kept(column))
            throw UsageError(fmt::format("column \"{}\" is named by --scores and by {}", wanted,
                                         excluded_[column] ? "--exclude" : "--keep"),
                             {}, "leave it out of one of them");
        scores_.push_back(column);
    }
}

void TableColumns::choose(char delimiter)
{
    delimiter_ = delimiter;
    choose_styles(delimiter);
    take_named_scores();
    if (options_.score_columns.empty())
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (may_hold_scores(i) && !excluded_[i] &&
                2 * surveys_[i].look.readable(styles_[i]) > surveys_[i].look.filled())
                scores_.push_back(i);
    if (scores_.size() >= 2) return;
    std::string const needs = "a hierarchy needs at least two";
    if (auto const steps = columns_of_steps(); scores_.size() + steps.size() >= 2)
        throw InvalidInput(
            fmt::format("{} has {} score column{}", file_, scores_.size(), scores_.size() == 1 ? "" : "s"),
            fmt::format("{}; words that may be steps of a scale are in {}", needs, listed(steps)),
            "write each step as a number, with its label or without: \"4 - agree\"");
    auto const why = why_so_few(), texts = why_text();
    throw InvalidInput(
        fmt::format("{} has {} score column{}", file_, scores_.size(), scores_.size() == 1 ? "" : "s"),
        !why.empty()     ? needs + "; " + why
        : !texts.empty() ? needs + "; " + texts
                         : needs,
        why.empty() ? "name them with --scores A,B,..., or, where each line holds one score, the columns with --long "
                      "MODEL,BENCHMARK,SCORE; write grades in words or letters as numbers"
                    : "write them as plain numbers, such as 47.74, or name other columns with --scores A,B,...");
}

bool TableColumns::may_hold_scores(std::size_t column) const
{
    bool const is_text = std::find(texts_.begin(), texts_.end(), column) != texts_.end();
    return column != model_ && column != domain_ && !names_[column].empty() && !is_text && !is_kept(column);
}

bool TableColumns::is_score(std::size_t column) const
{
    return std::find(scores_.begin(), scores_.end(), column) != scores_.end();
}

/// A column that is no score although more than half of its cells begin like numbers.
bool TableColumns::is_unread(std::size_t column) const
{
    auto const& look = surveys_[column].look;
    if (!may_hold_scores(column) || excluded_[column] || is_score(column)) return false;
    if (2 * look.number_like() > look.filled()) return look.readable(styles_[column]) < look.number_like();
    return holds_numbers_and_codes(column);
}

/// Whether all that is no number is one of a few texts, which may say "missing", and the numbers are not just some.
bool TableColumns::holds_numbers_and_codes(std::size_t column) const
{
    constexpr std::int64_t fewest = 3;
    auto const& look = surveys_[column].look;
    auto const numbers = look.readable(styles_[column]);
    std::int64_t texts = 0;
    for (auto const& [text, count] : look.no_numbers()) texts += count;
    return numbers >= fewest && 10 * numbers >= look.filled() && numbers + texts == look.filled();
}

/// Whether most cells are numbers, with one unit behind them or without, or sizes of models, "7B" and "350M": what
/// models are like, and no name. Classes have several letters, "5a" and "5b".
bool TableColumns::holds_quantities(std::size_t column) const
{
    auto const& look = surveys_[column].look;
    auto const& letters = look.letters_behind();
    auto numbers = look.readable(styles_[column]);
    if (letters.size() == 1 ||
        std::all_of(letters.begin(), letters.end(), [](auto const& one) { return one.text == "M" || one.text == "B"; }))
        for (auto const& one : letters) numbers += one.count;
    return 2 * numbers > look.filled();
}

std::int64_t TableColumns::unreadable_cells(std::size_t column) const
{
    auto const& look = surveys_[column].look;
    return look.filled() - look.readable(styles_[column]);
}

std::string TableColumns::why_so_few() const
{
    std::string first;
    std::vector<std::string> others;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (!is_unread(i)) continue;
        auto const example = shortened(surveys_[i].look.unreadable(styles_[i]));
        if (first.empty())
            first = fmt::format("{} of the {} cells of {} cannot be read as numbers, such as \"{}\"",
                                unreadable_cells(i), surveys_[i].look.filled(), names_[i], example);
        else
            others.push_back(fmt::format("{} (\"{}\")", listed_name(names_[i]), example));
    }
    return others.empty() ? first : fmt::format("{}, nor can many of {}", first, listed(others));
}

std::vector<std::string> TableColumns::columns_of_steps() const
{
    std::vector<std::string> steps;
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (may_hold_scores(i) && !excluded_[i] && !is_score(i) &&
            may_be_steps(surveys_[i].look.all_texts(), names_[i]))
            steps.push_back(listed_name(names_[i]));
    return steps;
}

/// Columns of text that are neither left out nor something else.
std::string TableColumns::why_text() const
{
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (may_hold_scores(i) && !excluded_[i] && !is_score(i) && !surveys_[i].look.no_numbers().empty())
            texts.push_back(fmt::format("{} (\"{}\")", listed_name(names_[i]),
                                        shortened(surveys_[i].look.no_numbers().front().text)));
    return texts.empty() ? std::string() : "text is in " + listed(texts);
}

std::string TableColumns::unreadable_scores() const
{
    std::vector<ColumnLook const*> looks;
    std::vector<NumberStyle> styles;
    for (auto const column : scores_) {
        looks.push_back(&surveys_[column].look);
        styles.push_back(styles_[column]);
    }
    return io::unreadable_cells(looks, styles);
}

std::string TableColumns::remedy_for_letters(TextSource& source) const
{
    std::vector<ScoreColumn> columns;
    for (auto const column : scores_) columns.push_back({column, names_[column], &surveys_[column].look});
    return letters_remedy(columns, source, delimiter_);
}

IgnoredColumn TableColumns::why_ignored(std::size_t column) const
{
    auto const& look = surveys_[column].look;
    IgnoredColumn ignored{names_[column], IgnoreReason::text, {}, look.filled(), unreadable_cells(column)};
    if (names_[column].empty()) {
        ignored.column = fmt::format("#{}", column + 1);
        ignored.reason = IgnoreReason::unnamed;
    } else if (std::find(texts_.begin(), texts_.end(), column) != texts_.end()) {
        ignored.reason = IgnoreReason::tells_base_models;
    } else if (excluded_[column]) {
        ignored.reason = IgnoreReason::excluded;
    } else if (look.filled() == 0) {
        ignored.reason = IgnoreReason::empty;
    } else if (is_unread(column)) {
        ignored.reason = IgnoreReason::unread;
    } else if (!options_.score_columns.empty()) {
        ignored.reason = IgnoreReason::not_chosen;
    } else if (may_be_steps(look.all_texts(), names_[column])) {
        ignored.reason = IgnoreReason::steps;
    }
    if (ignored.reason == IgnoreReason::unread || ignored.reason == IgnoreReason::text ||
        ignored.reason == IgnoreReason::steps)
        ignored.example = shortened(look.unreadable(styles_[column]));
    if (ignored.reason == IgnoreReason::unread) ignored.mixture = look.mixture();
    return ignored;
}

void TableColumns::report_ignored(CsvImportResult& result) const
{
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (i == model_ || i == domain_ || is_score(i) || is_kept(i)) continue;
        // Bars before the first field and behind the last one make no columns.
        bool const is_frame = delimiter_ == '|' && (i == 0 || i + 1 == names_.size());
        if (!names_[i].empty() || !is_frame) result.ignored_columns.push_back(why_ignored(i));
    }
}

void TableColumns::report_candidates(CsvImportResult& result) const
{
    if (!looks_for_domains_) return;
    std::vector<std::string> others, numbered, last; // dates, say, which may be groups but hardly are
    constexpr std::ptrdiff_t rows_of_group = 5;      // of those that have numbers for names, at least on average
    for (std::size_t i = 0; i < names_.size(); ++i) {
        auto const& [look, texts, many_texts] = surveys_[i];
        // Groups are few beside the models in them.
        bool const is_grouping = !many_texts && texts.size() >= 2 && 3 * std::ssize(texts) <= result.rows_read;
        if (!may_hold_scores(i) || !is_grouping || std::all_of(texts.begin(), texts.end(), is_version)) continue;
        if (is_name_of_groups(names_[i])) // also where groups have numbers
            result.domain_candidates.push_back(names_[i]);
        else if (!is_score(i) && !holds_quantities(i))
            (2 * look.number_like() > look.filled() ? last : others).push_back(names_[i]);
        else if (is_called_id(names_[i]) && rows_of_group * std::ssize(texts) <= result.rows_read)
            numbered.push_back(names_[i]);
    }
    for (auto const* const names : {&others, &numbered, &last})
        result.domain_candidates.insert(result.domain_candidates.end(), names->begin(), names->end());
}

void TableColumns::report_readings(CsvImportResult& result) const
{
    // Where other columns have decimal points, the user cannot decide otherwise for one.
    bool const may_decide = options_.decimal == 0 && !has_points_;
    for (auto const column : scores_)
        for (auto& reading : readings_of(surveys_[column].look, styles_[column], delimiter_, may_decide)) {
            auto same = std::find_if(result.readings.begin(), result.readings.end(), [&](NumberReading const& known) {
                return known.dress == reading.dress && known.is_ambiguous == reading.is_ambiguous;
            });
            if (same == result.readings.end()) same = result.readings.insert(same, std::move(reading));
            same->columns.push_back(names_[column]);
        }
}

void TableColumns::report(CsvImportResult& result) const
{
    report_ignored(result);
    report_candidates(result);
    report_readings(result);
}

} // namespace exahca::io

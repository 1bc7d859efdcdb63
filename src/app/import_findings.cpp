#include "import_findings.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/core/spelling.hpp"
#include "exahca/model/domain_names.hpp"
#include "exahca/model/row_domains.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace exahca {
namespace {

/// Rows of these base models, one after the other.
std::vector<std::vector<Index>> rows_of_names(ScoreMatrix const& matrix, std::vector<std::string> const& names)
{
    auto const domains = domains_of(matrix.base_models);
    auto rows = rows_of(domains);
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t k = 1; k < rows.size(); ++k) places.emplace(domains.names[k], k);
    std::vector<std::vector<Index>> sorted;
    sorted.reserve(names.size());
    for (auto const& name : names) sorted.push_back(std::move(rows[places.at(name)]));
    return sorted;
}

/// The same domains with some of their columns.
std::vector<DomainSpread> with_columns(std::vector<DomainSpread> const& domains, std::vector<Index> const& columns)
{
    std::vector<DomainSpread> parts;
    for (auto const& domain : domains) {
        DomainSpread part{domain.name, domain.models, domain.rows(Eigen::all, columns), {}, {}};
        for (Index const column : columns) {
            part.constant.push_back(domain.constant[static_cast<std::size_t>(column)]);
            part.absent.push_back(domain.absent[static_cast<std::size_t>(column)]);
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

/// Whether a column is asked about as an average: only such a one turns round what it is a part of.
bool is_called_average(NoBenchmarkHint const& hint)
{
    return hint.kind == NoBenchmarkKind::name && hint.meaning == "an average of others";
}

/// Columns that hints of one kind ask about.
template <class Test>
std::vector<Index> hinted_columns(std::vector<NoBenchmarkHint> const& hints, Test const& test)
{
    std::vector<Index> columns;
    for (auto const& hint : hints)
        if (test(hint)) columns.push_back(hint.column);
    return columns;
}

bool holds(std::vector<Index> const& columns, Index column)
{
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// Where "BBH is a combination of Average, IFEval, ..." the average is the combination. Combinations are looked for
/// again without the columns whose names say that they are no benchmarks, so that what is advised goes together. A mean
/// or a sum stays where what is asked about for another reason has a part in it.
void find_defects_without(std::vector<DomainSpread> const& domains, std::vector<NoBenchmarkHint> const& hints,
                          std::vector<ColumnDefect>& defects)
{
    auto const doubtful = hinted_columns(hints, [](auto const& hint) { return hint.kind == NoBenchmarkKind::name; });
    auto const averages = hinted_columns(hints, is_called_average);
    auto const turns_round = [&](ColumnDefect const& defect) {
        bool const is_exact = defect.kind == ColumnDefectKind::mean || defect.kind == ColumnDefectKind::sum;
        return !holds(doubtful, defect.column) &&
               std::any_of(defect.others.begin(), defect.others.end(),
                           [&](Index other) { return holds(is_exact ? averages : doubtful, other); });
    };
    if (std::none_of(defects.begin(), defects.end(), turns_round)) return;
    std::vector<Index> columns;
    for (Index j = 0; j < domains.front().rows.cols(); ++j)
        if (!holds(doubtful, j)) columns.push_back(j);
    if (columns.empty()) return;
    auto const stays = [&](ColumnDefect const& defect) {
        return holds(doubtful, defect.column) || std::any_of(defect.others.begin(), defect.others.end(),
                                                             [&](Index other) { return holds(doubtful, other); });
    };
    std::erase_if(defects, [&](ColumnDefect const& defect) {
        return !stays(defect) || turns_round(defect) || !defect.domain.empty();
    });
    auto const place_of = [&](Index column) { return columns[static_cast<std::size_t>(column)]; };
    std::vector<Index> known;
    for (auto const& defect : defects) known.push_back(defect.column);
    for (auto& defect : find_column_defects(with_columns(domains, columns))) {
        defect.column = place_of(defect.column);
        for (Index& other : defect.others) other = place_of(other);
        if (!holds(known, defect.column)) defects.push_back(std::move(defect));
    }
}

/// Columns that are called averages, or otherwise no benchmarks, may be the mean of the benchmarks on their scale in
/// the models that have all of these, however few; of those, too, that are asked about but are no averages.
/// \param hints  columns that are no benchmarks
void find_named_means(ScoreMatrix const& matrix, std::vector<DomainSpread> const& domains,
                      std::vector<NoBenchmarkHint> const& hints, std::vector<ColumnDefect>& defects)
{
    auto const is_known = [&](Index column) {
        return std::any_of(defects.begin(), defects.end(),
                           [&](auto const& defect) { return defect.domain.empty() && defect.column == column; });
    };
    auto const hinted = hinted_columns(hints, [](auto const&) { return true; });
    auto const averages = hinted_columns(hints, is_called_average);
    std::vector<ScaleGroup> scales;
    for (auto const& hint : hints) {
        if (hint.kind != NoBenchmarkKind::name || is_known(hint.column)) continue;
        if (scales.empty()) scales = group_by_scale(matrix.scores);
        for (auto const& scale : scales) {
            if (!holds(scale.columns, hint.column)) continue;
            for (auto const* const left_out : {&hinted, &averages}) {
                std::vector<Index> others;
                std::copy_if(scale.columns.begin(), scale.columns.end(), std::back_inserter(others),
                             [&](Index column) { return column != hint.column && !holds(*left_out, column); });
                auto defect = find_mean_or_sum(domains, hint.column, others);
                if (!defect) continue;
                defects.push_back(std::move(*defect));
                break;
            }
        }
    }
}

/// Of a benchmark in two forms the normalised one is kept.
void leave_out_raw_forms(std::vector<std::string> const& benchmarks, std::vector<ColumnDefect>& defects)
{
    auto const name = [&](Index column) { return benchmarks[static_cast<std::size_t>(column)]; };
    for (auto& defect : defects) {
        if (defect.others.size() != 1 || raw_form(name(defect.column), name(defect.others[0])) != 1) continue;
        Index const raw = defect.others[0];
        if (std::any_of(defects.begin(), defects.end(), [&](auto const& one) { return one.column == raw; })) continue;
        defect.others[0] = defect.column;
        defect.column = raw;
    }
}

/// Within base models or, where none has two models, of the whole table: within one model everything is constant.
void find_defects(ScoreMatrix const& matrix, std::vector<std::vector<Index>> const& rows,
                  std::vector<std::string> const& names, std::vector<NoBenchmarkHint> const& hints,
                  ImportFindings& findings)
{
    std::vector<DomainSpread> spreads;
    for (std::size_t k = 0; k < names.size(); ++k)
        if (rows[k].size() > 1) spreads.push_back(spread_of(names[k], matrix.scores, rows[k]));
    findings.defects_of_base_models = !spreads.empty();
    if (spreads.empty()) spreads.push_back(spread_of({}, matrix.scores));
    findings.defects = find_column_defects(spreads);
    find_defects_without(spreads, hints, findings.defects);
    find_named_means(matrix, spreads, hints, findings.defects);
    leave_out_raw_forms(matrix.benchmarks, findings.defects);
}

/// A spreadsheet keeps what merged cells hold in the first of their rows.
bool are_perhaps_merged(ScoreMatrix const& matrix, std::vector<ScoreCounts> const& domains)
{
    return domains.size() >= 2 && 2 * domains.size() < matrix.models.size() && !matrix.base_models.front().empty() &&
           std::all_of(domains.begin(), domains.end(), [](auto const& domain) { return domain.models == 1; });
}

/// First what hardly varies in the whole table, then what does so within base models alone.
std::vector<FlatColumn> find_flat_columns(ScoreMatrix const& matrix, std::vector<std::vector<Index>> const& rows,
                                          std::vector<std::string> const& names)
{
    std::vector<FlatColumn> flat;
    for (auto const& column : find_nearly_constant(matrix.scores)) flat.push_back({column});
    auto const everywhere = flat.size();
    for (std::size_t k = 0; k < names.size(); ++k)
        for (auto const& column : find_nearly_constant(matrix.scores, rows[k])) {
            auto const known = std::find_if(flat.begin(), flat.end(),
                                            [&](auto const& one) { return one.column.column == column.column; });
            if (known == flat.end())
                flat.push_back({column, names[k]});
            else if (known >= flat.begin() + static_cast<std::ptrdiff_t>(everywhere))
                known->more.push_back(names[k]);
        }
    return flat;
}

/// The first names of rows that pass.
template <class Test>
std::vector<std::string> first_names(std::vector<std::string> const& names, Test const& test)
{
    constexpr std::size_t most = 5;
    std::vector<std::string> first;
    for (std::size_t i = 0; i < names.size() && first.size() < most; ++i)
        if (test(i)) first.push_back(names[i]);
    return first;
}

/// \param result  with repeated names
std::vector<std::string> repeated_names(CsvImportResult const& result)
{
    std::unordered_map<std::string_view, int> counts;
    for (auto const& name : result.matrix.models) ++counts[name];
    return first_names(result.matrix.models, [&](std::size_t i) {
        auto& count = counts[result.matrix.models[i]];
        return std::exchange(count, 0) > 1; // each name once
    });
}

/// Whether a column is called as those are that name benchmarks.
bool is_called_a_benchmark(std::string name)
{
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    constexpr std::array words{"bench",   "task", "dataset", "data set", "eval",     "test",     "metric",
                               "subject", "item", "exam",    "scenario", "question", "indicator"};
    return std::any_of(words.begin(), words.end(), [&](char const* word) { return name.find(word) != name.npos; });
}

/// The column that holds the scores of a long table: called so, or the first one that is not asked about as a date, an
/// identifier or a count. Empty where all are.
std::string perhaps_scores(std::vector<std::string> const& benchmarks, std::vector<NoBenchmarkHint> const& hints)
{
    constexpr std::array words{"score", "value", "result", "accuracy", "mean", "acc"};
    for (char const* const word : words)
        for (auto const& name : benchmarks)
            if (spelling_key(name).find(spelling_key(word)) == 0) return name;
    for (std::size_t j = 0; j < benchmarks.size(); ++j)
        if (std::none_of(hints.begin(), hints.end(), [j](NoBenchmarkHint const& hint) {
                // What passes or fails has two values, and of twins each may be the score.
                return hint.column == static_cast<Index>(j) && hint.kind != NoBenchmarkKind::two_values &&
                       hint.kind != NoBenchmarkKind::twin;
            }))
            return benchmarks[j];
    return {};
}

/// How to read a table that is long, or lies on its side, after all.
std::string other_shape(CsvImportResult const& result, std::vector<std::string> const& long_columns)
{
    if (result.entries >= 0 || result.model_column.empty()) return {};
    auto const& names = result.matrix.benchmarks;
    if (!long_columns.empty()) return "--long " + shell_word(join_names(long_columns));
    if (names.size() > result.matrix.models.size()) return "--transposed " + shell_word(result.model_column);
    return {};
}

/// Scores without what perhaps stands for missing ones: no scale goes so far.
Matrix without_codes(Matrix const& scores, std::vector<SentinelHint> const& codes)
{
    Matrix rest = scores;
    for (auto const& code : codes) {
        auto column = rest.col(code.column).array();
        column = (column == code.value).select(std::nan(""), column);
    }
    return rest;
}

/// A table without some rows.
ScoreMatrix without_rows(ScoreMatrix const& matrix, std::vector<SummaryRow> const& rows)
{
    ScoreMatrix rest{{}, matrix.benchmarks, {}, {}};
    std::vector<Index> kept;
    for (std::size_t i = 0, next = 0; i < matrix.models.size(); ++i) {
        if (next < rows.size() && rows[next].row == static_cast<Index>(i)) {
            ++next;
            continue;
        }
        kept.push_back(static_cast<Index>(i));
        rest.models.push_back(matrix.models[i]);
        rest.base_models.push_back(matrix.base_models[i]);
    }
    rest.scores = matrix.scores(kept, Eigen::all);
    return rest;
}

/// A column that is called so, or any other of text beside a score and little else: its standard error, say.
std::optional<IgnoredColumn> find_perhaps_benchmarks(CsvImportResult const& result)
{
    constexpr std::size_t most_numbers = 3;
    if (result.entries >= 0 || 2 * result.repeated_models < std::ssize(result.matrix.models)) return std::nullopt;
    std::optional<IgnoredColumn> other;
    for (auto const& one : result.ignored_columns) {
        bool const is_text = one.reason == IgnoreReason::text || one.reason == IgnoreReason::steps;
        if (!is_text || 2 * one.unreadable <= one.filled) continue;
        if (is_called_a_benchmark(one.column)) return one;
        auto const& groups = result.domain_candidates;
        if (!other && std::find(groups.begin(), groups.end(), one.column) == groups.end()) other = one;
    }
    return result.matrix.benchmarks.size() <= most_numbers ? other : std::nullopt;
}

/// Of scores on the same thing the mean is meant.
bool is_called_a_repetition(std::string const& name)
{
    static std::set<std::u32string> const called{
        U"seed", U"seeds", U"run",     U"runid", U"runs",      U"repetition", U"repeat",  U"replicate", U"rep",
        U"fold", U"try",   U"attempt", U"trial", U"iteration", U"rollout",    U"session", U"draw",      U"bootstrap"};
    return called.contains(spelling_key(name));
}

} // namespace

void take_told_apart(ImportFindings& findings, ToldApart told_apart)
{
    if (told_apart.columns.empty()) return;
    auto columns = findings.long_columns;
    for (auto const& name : told_apart.columns)
        if (is_called_a_repetition(name))
            findings.long_repetitions.push_back(name);
        else
            columns[1] += "+" + name;
    findings.other_shape = "--long " + shell_word(join_names(columns));
    findings.long_told_apart = std::move(told_apart);
}

ImportFindings find_in_import(CsvImportResult const& result, ScoreBounds const& stated)
{
    auto const& matrix = result.matrix;
    ImportFindings findings;
    // What was counted before rows were dropped still holds where none was.
    findings.domains = result.rows_dropped == 0 ? result.missing.by_domain
                                                : count_scores_by_domain(matrix, no_bounds(matrix.scores.cols()));
    std::stable_sort(findings.domains.begin(), findings.domains.end(),
                     [](auto const& a, auto const& b) { return a.models > b.models; });
    std::vector<std::string> names;
    for (auto const& domain : findings.domains) names.push_back(domain.domain);
    findings.spellings = spelling_variants(names);
    findings.benchmark_spellings = spelling_variants(matrix.benchmarks);
    // To compare the names of very many models would take as long as to read them.
    constexpr std::size_t most_compared = 50'000;
    if (matrix.models.size() <= most_compared) findings.model_spellings = spelling_variants(matrix.models);
    findings.no_models = find_summary_rows(matrix);
    findings.fewest = fewest_models(matrix.scores.cols());
    // What sums up others makes twins, and stands apart from them.
    auto const rest =
        findings.no_models.empty() ? std::optional<ScoreMatrix>() : without_rows(matrix, findings.no_models);
    auto const& models = rest ? *rest : matrix;
    auto hints = find_no_benchmarks(models);
    {
        auto const rows = rows_of_names(matrix, names);
        find_defects(matrix, rows, names, hints, findings);
        // To compare each of very many base models with all others would take long.
        constexpr std::size_t most_domains = 100;
        if (names.size() <= most_domains) findings.domain_scales = find_domain_scales(matrix.scores, rows);
        findings.flat = find_flat_columns(matrix, rows, names);
    }
    if (result.rows_without_domain > 0) {
        findings.without_domain =
            first_names(matrix.models, [&](std::size_t i) { return matrix.base_models[i].empty(); });
        findings.perhaps_merged_cells = are_perhaps_merged(matrix, findings.domains);
    }
    if (result.repeated_models > 0) findings.repeated_models = repeated_names(result);
    auto const scores = perhaps_scores(matrix.benchmarks, hints);
    if (!scores.empty()) findings.perhaps_benchmarks = find_perhaps_benchmarks(result);
    if (findings.perhaps_benchmarks && !result.model_column.empty())
        findings.long_columns = {result.model_column, findings.perhaps_benchmarks->column, scores};
    findings.other_shape = other_shape(result, findings.long_columns);
    findings.sentinels = find_sentinels(models);
    std::erase_if(findings.sentinels, [&](SentinelHint const& hint) {
        return hint.value == stated.floor[hint.column] || hint.value == stated.ceiling[hint.column];
    });
    // A number that may stand for missing scores is no second value.
    std::erase_if(hints, [&](NoBenchmarkHint const& hint) {
        return hint.kind == NoBenchmarkKind::two_values &&
               std::any_of(findings.sentinels.begin(), findings.sentinels.end(),
                           [&](SentinelHint const& code) { return code.column == hint.column && !code.may_be_end; });
    });
    findings.mixed_scales = find_mixed_scales(models.scores);
    findings.scales = findings.sentinels.empty() ? group_by_scale(models.scores)
                                                 : group_by_scale(without_codes(models.scores, findings.sentinels));
    for (auto& hint : hints)
        if (std::none_of(findings.defects.begin(), findings.defects.end(),
                         [&](auto const& defect) { return defect.domain.empty() && defect.column == hint.column; }))
            findings.no_benchmarks.push_back(std::move(hint));
    return findings;
}

} // namespace exahca

#include "exahca/model/summary_rows.hpp"

#include "exahca/core/spelling.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace exahca {
namespace {

constexpr std::size_t most_looked_at = 50'000;
constexpr std::size_t longest_name = 80;

using Words = std::vector<std::u32string>;

/// Words of a name as spelling_key makes them equal. Everything of ASCII that is no letter and no digit parts them.
Words words_of(std::string_view name)
{
    Words words;
    std::string word;
    auto const flush = [&] {
        if (!word.empty()) words.push_back(spelling_key(word));
        word.clear();
    };
    for (char const c : name)
        if ((static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
            (c >= 'A' && c <= 'Z'))
            word += c;
        else
            flush();
    flush();
    return words;
}

/// Whether a name says that its row sums up others.
class SummaryNames
{
public:
    explicit SummaryNames(std::vector<std::string> const& base_models)
    {
        for (auto const& name : std::set<std::string_view>(base_models.begin(), base_models.end()))
            for (auto& word : words_of(name)) domain_words_.insert(std::move(word));
    }
    [[nodiscard]] bool contains(std::string const& name) const
    {
        static std::set<std::u32string> const telling{
            U"total",   U"totals",    U"subtotal",     U"sum",        U"mean",      U"means",    U"average", U"avg",
            U"median",  U"overall",   U"min",          U"max",        U"sd",        U"std",      U"stdev",   U"minimum",
            U"maximum", U"stddev",    U"count",        U"mittelwert", U"moyenne",   U"possible", U"shots",   U"items",
            U"samples", U"questions", U"durchschnitt", U"gesamt",     U"insgesamt", U"summe",    U"promedio"};
        static std::set<std::u32string> const beside{
            U"all",    U"models", U"model",   U"of",        U"the",          U"over",    U"for",
            U"score",  U"scores", U"grand",   U"row",       U"macro",        U"micro",   U"weighted",
            U"simple", U"group",  U"base",    U"deviation", U"standard",     U"column",  U"class",
            U"course", U"school", U"schools", U"student",   U"students",     U"country", U"countries",
            U"site",   U"sites",  U"patient", U"patients",  U"participants", U"cohort",  U"sample",
            U"marks",  U"mark",   U"points",  U"full",      U"number",       U"num"};
        if (name.size() > longest_name) return false;
        // One telling word at least, and beside it only filling words and words of base models' names.
        bool tells = false;
        for (auto const& word : words_of(name)) {
            if (telling.contains(word))
                tells = true;
            else if (!beside.contains(word) && !domain_words_.contains(word))
                return false;
        }
        return tells;
    }

private:
    std::set<std::u32string> domain_words_; ///< words of the base models' names, which may stand beside a telling one
};

/// What the known scores of some rows add up to, by column.
struct ColumnSums
{
    Vector sums, squares, counts;
};

// Once for all rows: what is known of the others of a row follows by subtraction.
ColumnSums add_up(Matrix const& scores, std::span<Index const> rows)
{
    Index const d = scores.cols();
    ColumnSums sums{Vector::Zero(d), Vector::Zero(d), Vector::Zero(d)};
    for (Index j = 0; j < d; ++j)
        for (Index const row : rows) {
            double const score = scores(row, j);
            if (std::isnan(score)) continue;
            sums.sums[j] += score;
            sums.squares[j] += score * score;
            sums.counts[j] += 1;
        }
    return sums;
}

/// What a row is of the others that were added up with it, if anything.
std::optional<SummaryKind> kind_of(Matrix const& scores, Index row, ColumnSums const& all)
{
    constexpr double rounding = 0.006, exact = 1e-6;
    constexpr double fewest_others = 3;
    constexpr int fewest_columns = 3;
    int known = 0;
    bool is_mean = true, is_sum = true;
    for (Index j = 0; j < scores.cols() && (is_mean || is_sum); ++j) {
        double const score = scores(row, j);
        if (std::isnan(score)) continue;
        ++known;
        // The row was added up with the others and is taken out again.
        double const others = all.counts[j] - 1, sum = all.sums[j] - score;
        if (others < fewest_others) return {};
        double const mean = sum / others;
        double const variance = (all.squares[j] - score * score) / others - mean * mean;
        if (!(variance > 0)) return {}; // where nothing varies every row is the mean
        is_mean = is_mean && std::abs(score - mean) <= rounding * std::sqrt(variance);
        is_sum = is_sum && std::abs(score - sum) <= exact * std::abs(sum);
    }
    if (known < fewest_columns || (!is_mean && !is_sum)) return {};
    return is_mean ? SummaryKind::mean : SummaryKind::sum;
}

} // namespace

std::vector<SummaryRow> find_summary_rows(ScoreMatrix const& matrix)
{
    auto const count = matrix.models.size();
    constexpr std::size_t ends = 3;
    bool const is_large = count > most_looked_at;
    SummaryNames const names(is_large ? std::vector<std::string>() : matrix.base_models);
    std::vector<SummaryRow> found;
    std::vector<Index> all; // rows that are not called so
    std::map<std::string_view, std::vector<Index>> by_domain;
    for (std::size_t i = 0; i < count; ++i) {
        bool const is_looked_at = !is_large || i < ends || i + ends >= count;
        auto const row = static_cast<Index>(i);
        if (is_looked_at && names.contains(matrix.models[i])) {
            found.push_back({SummaryKind::name, row});
        } else if (!is_large) {
            all.push_back(row);
            if (!matrix.base_models[i].empty()) by_domain[matrix.base_models[i]].push_back(row);
        }
    }
    std::set<Index> known;
    auto const look = [&](std::span<Index const> rows) {
        auto const sums = add_up(matrix.scores, rows);
        for (Index const row : rows)
            if (auto const kind = kind_of(matrix.scores, row, sums); kind && known.insert(row).second)
                found.push_back({*kind, row});
    };
    // Of the whole table first, then within each base model; a row that is found twice is named once.
    look(all);
    if (by_domain.size() > 1)
        for (auto const& [name, rows] : by_domain) look(rows);
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.row < b.row; });
    return found;
}

} // namespace exahca

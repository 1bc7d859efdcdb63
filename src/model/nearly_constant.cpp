#include "exahca/model/nearly_constant.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/model/incomplete_scores.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace exahca {
namespace {

// Scores apart from the most frequent one that tell next to nothing of a benchmark: few, and few of all.
constexpr std::int64_t few_others = 10;
constexpr double few_of_all = 0.1;

/// \param values  known scores, in any order
NearlyConstant count_equal(Index column, std::vector<double>& values)
{
    NearlyConstant found{column, std::ssize(values), 0, 0};
    std::sort(values.begin(), values.end());
    // The longest run of equal values in the sorted list is the most frequent value; of equal runs the lowest.
    std::int64_t run = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
        if (run > found.equal) {
            found.equal = run;
            found.value = values[i];
        }
    }
    return found;
}

/// Whether the scores that a column has in these rows can be nearly all equal: one value has to hold most of them, and
/// then it is the middle one of any few. Looks at a large column for next to nothing.
bool may_be_nearly_constant(Matrix const& scores, Index column, std::span<Index const> rows)
{
    constexpr std::size_t looked_at = 64;
    if (rows.size() <= looked_at) return true;
    double value = std::nan("");
    std::size_t known = 0, same = 0;
    // A vote for the majority (R. S. Boyer and J. S. Moore): a value that more than half share is the one that
    // remains. Then whether it is one.
    for (std::size_t i = 0, votes = 0; i < looked_at; ++i) {
        double const score = scores(rows[i * rows.size() / looked_at], column);
        if (std::isnan(score)) continue;
        if (votes == 0) value = score;
        votes = score == value ? votes + 1 : votes - 1;
    }
    for (std::size_t i = 0; i < looked_at; ++i) {
        double const score = scores(rows[i * rows.size() / looked_at], column);
        known += std::isnan(score) ? 0U : 1U;
        same += score == value ? 1U : 0U;
    }
    // Fewer than few_others of the known scores differ, whichever were looked at; missing ones decide nothing.
    auto const few = static_cast<std::size_t>(few_others);
    return known < 2 * few || known < same + few;
}

} // namespace

std::vector<NearlyConstant> find_nearly_constant(Matrix const& scores, std::span<Index const> rows)
{
    std::vector<NearlyConstant> columns;
    for (Index j = 0; j < scores.cols(); ++j) {
        if (!may_be_nearly_constant(scores, j, rows)) continue;
        std::vector<double> values;
        for (Index const row : rows)
            if (!std::isnan(scores(row, j))) values.push_back(scores(row, j));
        if (values.empty()) continue;
        auto const [least, most] = std::minmax_element(values.begin(), values.end());
        if (is_constant(*least, *most)) continue;
        auto const found = count_equal(j, values);
        auto const others = found.known - found.equal;
        if (others < few_others && static_cast<double>(others) <= few_of_all * static_cast<double>(found.known))
            columns.push_back(found);
    }
    return columns;
}

std::vector<NearlyConstant> find_nearly_constant(Matrix const& scores)
{
    std::vector<Index> rows(static_cast<std::size_t>(scores.rows()));
    std::iota(rows.begin(), rows.end(), Index{0});
    return find_nearly_constant(scores, rows);
}

std::string describe(NearlyConstant const& column, std::span<std::string const> benchmarks, std::string const& domain)
{
    auto const others = column.known - column.equal;
    return fmt::format("{} of the {} scores of {}{} are equal: what moves it{} rests on the {}", column.equal,
                       column.known, listed_name(benchmarks[static_cast<std::size_t>(column.column)]),
                       domain.empty() ? "" : " in base model " + listed_name(domain), domain.empty() ? "" : " there",
                       others == 1 ? "other one" : fmt::format("other {}", others));
}

} // namespace exahca

#include "model/name_hints.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace exahca::detail {
namespace {

/// What follows the word for an average in a column's name.
enum class AfterAverage {
    nothing_known, ///< the name does not begin so, or says what else it is: "Average precision"
    words,         ///< "Average of all"
    bracket,       ///< "Mean (Task)", "Mean_Task", "Avg. (56)": it says of what it is the average
};

AfterAverage after_average(std::string_view name)
{
    std::string first;
    while (!name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z'))) {
        first += static_cast<char>(name[0] >= 'a' ? name[0] : name[0] - 'A' + 'a');
        name.remove_prefix(1);
    }
    if (first != "mean" && first != "average" && first != "avg" && first != "overall")
        return AfterAverage::nothing_known;
    // Measures that are a mean of cases, not of columns.
    static std::set<std::string> const measures{"precision", "recall", "reciprocal", "absolute", "squared", "square",
                                                "error",     "iou",    "dice",       "length",   "rank",    "deviation",
                                                "opinion",   "age",    "time",       "win"};
    auto const words = words_of(std::string(name));
    if (words.empty() ||
        std::any_of(words.begin(), words.end(), [](auto const& word) { return measures.contains(word); }))
        return AfterAverage::nothing_known;
    if (name.starts_with('.')) name.remove_prefix(1);
    bool const is_joined = name.starts_with('_');
    while (name.starts_with(' ')) name.remove_prefix(1);
    return is_joined || name.starts_with('(') || name.starts_with('[') ? AfterAverage::bracket : AfterAverage::words;
}

/// The row of a score that is more than a hundred times as far from 0 as all others of its column; or nothing.
std::optional<Index> far_row(Matrix const& scores, Index column)
{
    constexpr double far = 100;
    constexpr Index fewest = 10;
    Index row = -1, known = 0;
    double most = 0, next = 0;
    for (Index i = 0; i < scores.rows(); ++i) {
        double const size = std::abs(scores(i, column));
        if (std::isnan(size)) continue;
        ++known;
        if (size > most) {
            next = std::exchange(most, size);
            row = i;
        } else {
            next = std::max(next, size);
        }
    }
    return known > fewest && next > 0 && most > far * next ? std::optional(row) : std::nullopt;
}

/// Those of the others that are on the column's scale: an average has no part in megabytes.
std::vector<Index> on_one_scale(Matrix const& scores, Index column, std::vector<Index> const& others)
{
    for (auto const& group : group_by_scale(scores)) {
        auto const has = [&](Index j) {
            return std::find(group.columns.begin(), group.columns.end(), j) != group.columns.end();
        };
        if (!has(column)) continue;
        std::vector<Index> same;
        std::copy_if(others.begin(), others.end(), std::back_inserter(same), has);
        return same;
    }
    return {};
}

} // namespace

bool is_called_average(ScoreMatrix const& matrix, Index column, std::vector<Index> const& others)
{
    auto const after = after_average(matrix.benchmarks[static_cast<std::size_t>(column)]);
    if (after == AfterAverage::nothing_known) return false;
    // Where many are called so they are what was measured: means of cells, of days.
    constexpr std::ptrdiff_t most = 3;
    if (std::count_if(matrix.benchmarks.begin(), matrix.benchmarks.end(), [](std::string const& name) {
            return after_average(name) != AfterAverage::nothing_known;
        }) > most)
        return false;
    // One cell that has lost its point would hide all others.
    auto const far = far_row(matrix.scores, column);
    Matrix mended;
    if (far) {
        mended = matrix.scores;
        mended(*far, column) = std::nan("");
    }
    auto const& scores = far ? mended : matrix.scores;
    auto const comparable = on_one_scale(scores, column, others);
    constexpr std::size_t fewest = 2;
    if (comparable.size() < fewest) return false;
    double const r = correlation_with_sum(scores, column, comparable);
    constexpr double not_otherwise = 0.5, close = 0.9;
    // Where too few models have all scores nothing speaks against the name.
    return after == AfterAverage::bracket ? r == 0 || r >= not_otherwise : r >= close;
}

} // namespace exahca::detail

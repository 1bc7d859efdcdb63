#include "difference_error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace exahca {

RowGroups equal_rows(Matrix const& scores)
{
    // A missing score equals another that is missing, and comes first.
    auto const less = [&](Index p, Index q) {
        for (Index j = 0; j < scores.cols(); ++j) {
            double const x = scores(p, j), y = scores(q, j);
            bool const no_x = std::isnan(x), no_y = std::isnan(y);
            if (no_x != no_y) return no_x;
            if (!no_x && x != y) return x < y;
        }
        return false;
    };
    std::vector<Index> rows(static_cast<std::size_t>(scores.rows()));
    std::iota(rows.begin(), rows.end(), Index(0));
    std::stable_sort(rows.begin(), rows.end(), less);
    RowGroups groups;
    for (Index const row : rows) {
        if (groups.empty() || less(groups.back().back(), row)) groups.emplace_back();
        groups.back().push_back(row);
    }
    return groups;
}

double difference_error(std::span<RowGroups const> copies, std::span<Vector const> first,
                        std::span<Vector const> second)
{
    // The variance of a sum of n differences of one distribution: n times the mean square about the mean, over all
    // domains.
    double squares = 0, sum = 0, models = 0;
    for (std::size_t k = 0; k < copies.size(); ++k)
        for (auto const& group : copies[k]) {
            double difference = 0;
            for (Index const row : group) difference += first[k][row] - second[k][row];
            sum += difference;
            squares += difference * difference;
            ++models;
        }
    return std::sqrt(std::max(0.0, squares - sum * sum / models));
}

} // namespace exahca

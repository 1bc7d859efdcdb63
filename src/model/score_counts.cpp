#include "exahca/model/score_counts.hpp"

#include "exahca/model/column_range.hpp"
#include "exahca/model/incomplete_scores.hpp"
#include "exahca/model/row_domains.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace exahca {
namespace {

ScoreCounts none_of(std::string name, Index benchmarks)
{
    std::vector<std::int64_t> const zeros(static_cast<std::size_t>(benchmarks));
    return {std::move(name), 0, 0, zeros, zeros, zeros};
}

/// Of a domain's scores of a benchmark as a fit takes them: those beyond an end of the scale for the end.
struct Range
{
    double least = std::numeric_limits<double>::infinity(), most = -least;
};

/// Counts of one benchmark, column by column, because that is how a large table lies in memory.
void count_column(std::vector<ScoreCounts>& counts, std::vector<bool>& complete, ScoreMatrix const& matrix,
                  RowDomains const& domains, ScoreBounds const& bounds, Index column)
{
    auto const benchmark = static_cast<std::size_t>(column);
    double const floor = bounds.floor[column], ceiling = bounds.ceiling[column];
    // Nothing stands at an end that a scale has not.
    auto const range_of_all = range_of(matrix.scores, column);
    // Most columns of most tables end here, with nothing to count.
    if (range_of_all.missing == 0 && range_of_all.least > floor && range_of_all.most < ceiling) return;
    std::vector<Range> ranges(counts.size());
    auto const& scores = matrix.scores.col(column);
    for (std::size_t i = 0; i < domains.of_row.size(); ++i) {
        double const score = scores[static_cast<Index>(i)];
        auto& domain = counts[domains.of_row[i]];
        if (std::isnan(score)) {
            ++domain.missing[benchmark];
            complete[i] = false;
            continue;
        }
        domain.at_floor[benchmark] += score <= floor;
        domain.at_ceiling[benchmark] += score >= ceiling;
        auto& range = ranges[domains.of_row[i]];
        double const taken = std::clamp(score, floor, ceiling);
        range.least = std::min(range.least, taken);
        range.most = std::max(range.most, taken);
    }
    // Scores that do not vary count as missing in a fit: they stand at no end of a scale.
    for (std::size_t k = 1; k < counts.size(); ++k)
        if (is_constant(ranges[k].least, ranges[k].most))
            counts[k].at_floor[benchmark] = counts[k].at_ceiling[benchmark] = 0;
}

/// Of models without base model first.
std::vector<ScoreCounts> all_counts(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    auto const domains = domains_of(matrix.base_models);
    std::vector<ScoreCounts> counts;
    for (auto const name : domains.names) counts.push_back(none_of(std::string(name), matrix.scores.cols()));
    std::vector<bool> complete(domains.of_row.size(), true);
    for (Index j = 0; j < matrix.scores.cols(); ++j) count_column(counts, complete, matrix, domains, bounds, j);
    for (std::size_t i = 0; i < complete.size(); ++i) {
        auto& domain = counts[domains.of_row[i]];
        ++domain.models;
        domain.complete += complete[i];
    }
    return counts;
}

void add(std::vector<std::int64_t>& to, std::vector<std::int64_t> const& counts)
{
    std::transform(to.begin(), to.end(), counts.begin(), to.begin(), std::plus<>());
}

} // namespace

AllCounts count_all_scores(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    auto all = none_of({}, matrix.scores.cols());
    auto counts = all_counts(matrix, bounds);
    for (auto const& domain : counts) {
        all.models += domain.models;
        all.complete += domain.complete;
        add(all.missing, domain.missing);
        add(all.at_floor, domain.at_floor);
        add(all.at_ceiling, domain.at_ceiling);
    }
    // Those without base model are no domain, but count among all.
    counts.erase(counts.begin());
    std::sort(counts.begin(), counts.end(), [](auto const& a, auto const& b) { return a.domain < b.domain; });
    return {std::move(all), std::move(counts)};
}

ScoreCounts count_scores(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    return count_all_scores(matrix, bounds).all;
}

std::vector<ScoreCounts> count_scores_by_domain(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    return count_all_scores(matrix, bounds).by_domain;
}

} // namespace exahca

#include "exahca/model/score_counts.hpp"

#include "exahca/model/incomplete_scores.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace exahca {
namespace {

ScoreCounts none_of(std::string name, Index benchmarks)
{
    std::vector<std::int64_t> const zeros(static_cast<std::size_t>(benchmarks));
    return {std::move(name), 0, 0, zeros, zeros, zeros};
}

void count_row(ScoreCounts& counts, Matrix const& scores, Index row, ScoreBounds const& bounds)
{
    ++counts.models;
    bool complete = true;
    for (Index j = 0; j < scores.cols(); ++j) {
        double const score = scores(row, j);
        auto const benchmark = static_cast<std::size_t>(j);
        complete = complete && !std::isnan(score);
        counts.missing[benchmark] += std::isnan(score);
        counts.at_floor[benchmark] += score <= bounds.floor[j];
        counts.at_ceiling[benchmark] += score >= bounds.ceiling[j];
    }
    counts.complete += complete;
}

/// Scores that do not vary count as missing in a fit: they stand at no end of a scale.
void leave_constants_out(ScoreCounts& counts, ScoreMatrix const& matrix, std::vector<Index> const& rows,
                         ScoreBounds const& bounds)
{
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        auto const benchmark = static_cast<std::size_t>(j);
        if (counts.at_floor[benchmark] + counts.at_ceiling[benchmark] == 0) continue;
        Vector const scores = matrix.scores(rows, j).unaryExpr(
            [&](double x) { return std::isnan(x) ? x : std::clamp(x, bounds.floor[j], bounds.ceiling[j]); });
        if (is_constant(scores)) counts.at_floor[benchmark] = counts.at_ceiling[benchmark] = 0;
    }
}

/// By name of the base model, which is empty for models without.
std::map<std::string, ScoreCounts> counts_by_name(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    std::map<std::string, std::vector<Index>> rows;
    for (Index i = 0; i < matrix.scores.rows(); ++i) rows[matrix.base_models[static_cast<std::size_t>(i)]].push_back(i);
    std::map<std::string, ScoreCounts> counts;
    for (auto const& [name, own] : rows) {
        auto domain = none_of(name, matrix.scores.cols());
        for (Index const row : own) count_row(domain, matrix.scores, row, bounds);
        if (!name.empty()) leave_constants_out(domain, matrix, own, bounds);
        counts.emplace(name, std::move(domain));
    }
    return counts;
}

void add(std::vector<std::int64_t>& to, std::vector<std::int64_t> const& counts)
{
    std::transform(to.begin(), to.end(), counts.begin(), to.begin(), std::plus<>());
}

} // namespace

ScoreCounts count_scores(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    auto all = none_of({}, matrix.scores.cols());
    for (auto const& [name, domain] : counts_by_name(matrix, bounds)) {
        all.models += domain.models;
        all.complete += domain.complete;
        add(all.missing, domain.missing);
        add(all.at_floor, domain.at_floor);
        add(all.at_ceiling, domain.at_ceiling);
    }
    return all;
}

std::vector<ScoreCounts> count_scores_by_domain(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    std::vector<ScoreCounts> counts;
    for (auto& [name, domain] : counts_by_name(matrix, bounds))
        if (!name.empty()) counts.push_back(std::move(domain));
    return counts;
}

} // namespace exahca

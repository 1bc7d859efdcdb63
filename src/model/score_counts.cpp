#include "exahca/model/score_counts.hpp"

#include <cmath>
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

} // namespace

ScoreCounts count_scores(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    auto counts = none_of({}, matrix.scores.cols());
    for (Index i = 0; i < matrix.scores.rows(); ++i) count_row(counts, matrix.scores, i, bounds);
    return counts;
}

std::vector<ScoreCounts> count_scores_by_domain(ScoreMatrix const& matrix, ScoreBounds const& bounds)
{
    std::map<std::string, ScoreCounts> domains;
    for (Index i = 0; i < matrix.scores.rows(); ++i) {
        auto const& name = matrix.base_models[static_cast<std::size_t>(i)];
        if (name.empty()) continue;
        auto place = domains.find(name);
        if (place == domains.end()) place = domains.emplace(name, none_of(name, matrix.scores.cols())).first;
        count_row(place->second, matrix.scores, i, bounds);
    }
    std::vector<ScoreCounts> counts;
    for (auto& [name, domain] : domains) counts.push_back(std::move(domain));
    return counts;
}

} // namespace exahca

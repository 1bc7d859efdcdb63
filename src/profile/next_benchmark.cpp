#include "exahca/profile/next_benchmark.hpp"

#include "exahca/core/check.hpp"
#include "exahca/model/next_score.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace exahca {

std::vector<NextGain> next_scores(StoredModel const& model, ModelComparer const& comparer, std::size_t k,
                                  std::span<Index const> wanted, Matrix const& scores)
{
    EXAHCA_EXPECT(!wanted.empty());
    auto const row_of_domain = static_cast<Index>(k);
    std::vector<LinearTarget> targets;
    for (Index const q : wanted) targets.push_back(comparer.targets(k)[static_cast<std::size_t>(q)]);
    // Variances among the domain's models, the unit of all shares: capabilities of different scale count alike.
    Eigen::RowVectorXd const nothing = Eigen::RowVectorXd::Constant(scores.cols(), std::nan(""));
    Vector const population = NextScore(model.parameters, k, {}, targets, {}).evaluate(nothing).variances;

    auto const grouped = patterned_scores(model, k, scores);
    std::vector<NextGain> gains;
    for (RowPattern const& pattern : grouped.patterns) {
        std::vector<Index> missing;
        for (Index j = 0; j < scores.cols(); ++j)
            if (scores(pattern.rows, j).array().isNaN().any() && !model.unknown(row_of_domain, j)) missing.push_back(j);
        if (missing.empty()) continue;
        NextScore next(model.parameters, k, pattern, targets, missing);
        for (Index const row : pattern.rows) {
            auto const result = next.evaluate(grouped.scores.row(row));
            Vector const left = result.variances.cwiseQuotient(population);
            for (std::size_t i = 0; i < missing.size(); ++i) {
                if (!std::isnan(scores(row, missing[i]))) continue; // a third score that is cut off counts as missing
                Vector const after = result.expected.col(static_cast<Index>(i)).cwiseQuotient(population);
                gains.push_back({row, missing[i], 1 - left.mean(), (left - after).mean()});
            }
        }
    }
    std::sort(gains.begin(), gains.end(), [](NextGain const& a, NextGain const& b) {
        return std::pair(a.model, a.benchmark) < std::pair(b.model, b.benchmark);
    });
    return gains;
}

Redundancy redundancy_of(StoredModel const& model, Vector const& models)
{
    auto const& unknown = model.unknown;
    Redundancy shares{{}, Matrix(unknown.rows(), unknown.cols())};
    std::vector<bool> everywhere(static_cast<std::size_t>(unknown.cols()), true);
    for (Index k = 0; k < unknown.rows(); ++k) {
        std::vector<bool> here;
        for (Index j = 0; j < unknown.cols(); ++j) {
            here.push_back(!unknown(k, j));
            if (unknown(k, j)) everywhere[static_cast<std::size_t>(j)] = false;
        }
        Vector alone = Vector::Zero(unknown.rows());
        alone[k] = 1;
        shares.by_domain.row(k) = share_explained_by_others(model.parameters, alone, here).transpose();
    }
    shares.pooled = share_explained_by_others(model.parameters, models, everywhere);
    return shares;
}

} // namespace exahca

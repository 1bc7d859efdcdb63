#include "exahca/model/mixed_scales.hpp"

#include <algorithm>
#include <limits>

namespace exahca {

std::vector<MixedScale> find_mixed_scales(Matrix const& scores)
{
    constexpr std::int64_t fewest = 5;
    constexpr double least_per_cent = 10;
    std::vector<MixedScale> found;
    for (Index j = 0; j < scores.cols(); ++j) {
        MixedScale mixed{j};
        mixed.least_other = std::numeric_limits<double>::infinity();
        std::vector<double> shares;
        bool apart = true;
        for (double const score : scores.col(j)) {
            if (score > 0 && score <= 1) {
                shares.push_back(score);
            } else if (score >= least_per_cent) {
                ++mixed.others;
                mixed.least_other = std::min(mixed.least_other, score);
                mixed.most_other = std::max(mixed.most_other, score);
            } else if (score > 1 || score < 0) { // neither NaN nor 0
                apart = false;
                break;
            }
        }
        mixed.shares = std::ssize(shares);
        if (!apart || mixed.shares < fewest || mixed.others < fewest) continue;
        std::sort(shares.begin(), shares.end());
        mixed.least_share = shares.front();
        mixed.most_share = shares.back();
        double const as_per_cent = 100 * shares[shares.size() / 2];
        if (as_per_cent >= mixed.least_other / 2 && as_per_cent <= 2 * mixed.most_other) found.push_back(mixed);
    }
    return found;
}

} // namespace exahca

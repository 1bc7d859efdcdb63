#include "exahca/model/near_duplicates.hpp"

#include <cmath>
#include <limits>

namespace exahca {

StandardDistance::StandardDistance(Matrix const& scores) : standardised_(scores.cols(), scores.rows())
{
    for (Index j = 0; j < scores.cols(); ++j) {
        double sum = 0, squares = 0, count = 0;
        for (Index i = 0; i < scores.rows(); ++i)
            if (!std::isnan(scores(i, j))) {
                sum += scores(i, j);
                ++count;
            }
        double const mean = sum / count;
        for (Index i = 0; i < scores.rows(); ++i)
            if (!std::isnan(scores(i, j))) squares += (scores(i, j) - mean) * (scores(i, j) - mean);
        double const deviation = std::sqrt(squares / count);
        for (Index i = 0; i < scores.rows(); ++i)
            // A benchmark without variation has 0 for every model that has it. One column per model, so that a
            // distance reads memory in order.
            standardised_(j, i) = deviation > 0              ? (scores(i, j) - mean) / deviation
                                  : std::isnan(scores(i, j)) ? scores(i, j)
                                                             : 0.0;
    }
}

double StandardDistance::operator()(Index a, Index b) const
{
    double sum = 0;
    Index shared = 0;
    for (Index j = 0; j < standardised_.rows(); ++j) {
        double const difference = standardised_(j, a) - standardised_(j, b);
        if (std::isnan(difference)) continue;
        sum += difference * difference;
        ++shared;
    }
    if (2 * shared < standardised_.rows() || shared == 0) return std::numeric_limits<double>::infinity();
    return std::sqrt(sum / static_cast<double>(shared));
}

} // namespace exahca

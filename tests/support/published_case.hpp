#pragma once

#include "exahca/model/linear_sem.hpp"
#include "exahca/model/published_unmixing.hpp"
#include "support/leaderboard.hpp"

namespace exahca::test {

/// The first 16 standard normals of NumPy's RandomState(0): the start from which the reference folder's ICA ran.
inline double const numpy_normals[] = {
    1.764052345967664,    0.4001572083672233,  0.9787379841057392,  2.240893199201458,
    1.8675579901499675,   -0.977277879876411,  0.9500884175255894,  -0.1513572082976979,
    -0.10321885179355784, 0.41059850193837233, 0.144043571160878,   1.454273506962975,
    0.7610377251469934,   0.12167501649282841, 0.44386323274542566, 0.33367432737426683};

/// The first m x m of them, row by row.
inline Matrix numpy_start(Index m)
{
    Matrix start(m, m);
    for (Index i = 0; i < m; ++i)
        for (Index j = 0; j < m; ++j) start(i, j) = numpy_normals[i * m + j];
    return start;
}

/// The order of least MIC, by trying all.
inline LinearSem best_of_all_orders(std::vector<Matrix> const& unmixing)
{
    OrderProblem const problem(unmixing, Objective::mic);
    auto order = first_order(problem.domains(), problem.factors());
    auto best = order;
    double least = std::numeric_limits<double>::infinity();
    do {
        double const value = evaluate_order(problem, order).value;
        if (value < least) {
            least = value;
            best = order;
        }
    } while (next_order(order));
    return fit_linear_sem(unmixing, best);
}

} // namespace exahca::test

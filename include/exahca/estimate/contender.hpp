#pragma once

#include "exahca/numerics/matrix.hpp"
#include "exahca/search/order_search.hpp"

#include <string>
#include <vector>

namespace exahca {

/// An order that an analysis found.
struct Contender
{
    Matrix unmixing; ///< H
    double value;    ///< lower is better: the search's objective, or log-likelihood behind the answer
};

/// The orders that an analysis found, the answer first.
struct Contenders
{
    std::vector<Contender> ranked; ///< at least one
    double mic = 0;                ///< of the answer
    double mean_inexactness = 0;   ///< of the answer
    std::vector<double> labels;    ///< benchmarks, from 0, that name the answer's factors
    std::vector<std::string> warnings;
    SearchOutcome search_outcome = SearchOutcome::optimum_proven;
};

} // namespace exahca

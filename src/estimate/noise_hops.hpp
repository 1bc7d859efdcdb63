#pragma once

#include "exahca/estimate/noise_search.hpp"

namespace exahca {

/// Looks for higher optima near one: the likelihood of few models is rough, and a flag some degrees away can be nats
/// higher with narrow components of the sources' densities that fit ties of the scores.
///
/// Each hop turns the flag by a random angle of up to options.same_flag_degrees about a random axis, keeps of every
/// R_k what is triangular there, and fits the whole model from there; where that is higher, the next hop starts from
/// it (basin hopping: D. J. Wales and J. P. K. Doye, J. Phys. Chem. A 101 (1997), 5111, at temperature 0).
///
/// \param hops     0 or more
/// \param options  seed, replicate, search_index, same_flag_degrees
/// \return at least as high as `optimum`
[[nodiscard]] NoiseOptimum hop(NoiseData const& data, NoiseOptimum optimum, int hops, JointOptions const& options);

} // namespace exahca

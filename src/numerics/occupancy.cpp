#include "exahca/numerics/occupancy.hpp"

#include "exahca/core/check.hpp"

namespace exahca {

double chance_of_few_distinct(Index n, Index most)
{
    EXAHCA_EXPECT(n >= 1 && most >= 0);
    if (most >= n) return 1;
    // Chances of having met 0 to `most` different things; what goes beyond never comes back.
    Vector met = Vector::Zero(most + 1);
    met[0] = 1;
    auto const all = static_cast<double>(n);
    for (Index draw = 0; draw < n; ++draw) {
        // Downwards, so that met[j - 1] is still that of the draw before.
        for (Index j = most; j > 0; --j) {
            auto const known = static_cast<double>(j);
            met[j] = met[j] * known / all + met[j - 1] * (all - known + 1) / all;
        }
        met[0] = 0;
    }
    return met.sum();
}

} // namespace exahca

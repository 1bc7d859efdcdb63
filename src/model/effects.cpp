#include "exahca/model/effects.hpp"

#include "exahca/core/check.hpp"

namespace exahca {

Matrix total_effects(Matrix const& mixing)
{
    EXAHCA_EXPECT(mixing.rows() == mixing.cols());
    // z = W e: one more unit of z_j by its own noise is 1/W_jj more of e_j, which moves z_i by W_ij/W_jj.
    return mixing * mixing.diagonal().cwiseInverse().asDiagonal();
}

Matrix benchmark_effects(Matrix const& loadings, Matrix const& mixing)
{
    EXAHCA_EXPECT(loadings.cols() == mixing.rows());
    return loadings * total_effects(mixing);
}

} // namespace exahca

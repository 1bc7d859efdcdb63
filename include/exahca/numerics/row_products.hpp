#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// The two products of the likelihood that touch all rows of a domain, without temporaries; same bits on every x86-64
/// processor.

/// out = x coefficients. \param x  rows x columns \param coefficients  columns values \param out  at least as many
/// values as rows; further ones stay as they are
void combine_columns(Matrix const& x, Vector const& coefficients, Vector& out);

/// out = x' weights. \param x  rows x columns \param weights  at least as many values as rows; further ones do not
/// count \param out  columns values
void weigh_rows(Matrix const& x, Vector const& weights, Vector& out);

} // namespace exahca

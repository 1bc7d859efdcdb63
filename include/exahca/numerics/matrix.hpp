#pragma once

#include <Eigen/Core>

namespace exahca {

/// Dense double-precision matrix, column-major, aligned to 64 bytes (EIGEN_MAX_ALIGN_BYTES) wherever it is stored: the
/// order in which Eigen adds, and with it the last bits of sums, depends on alignment.
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Index = Eigen::Index;

} // namespace exahca

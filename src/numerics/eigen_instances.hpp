#pragma once

// Parts of Eigen that are compiled once, in eigen_instances.cpp, instead of in every source that uses them: the
// decompositions of a Matrix and the inner loops of products and triangular solutions. Half of what the numeric sources
// were compiled to was copies of these, of which the linker kept one.
//
// The precompiled header ends with this one (cmake/Compile.cmake); no source includes it. Without it a source compiles
// to the same, more slowly.

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

#define EXAHCA_EIGEN_INSTANCE extern template
#include "numerics/eigen_instances.inl"
#undef EXAHCA_EIGEN_INSTANCE

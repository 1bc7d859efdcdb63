#include "numerics/eigen_instances.hpp"

#define EXAHCA_EIGEN_INSTANCE template
#include "numerics/eigen_instances.inl"

#pragma once

#include "exahca/numerics/matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace exahca::test {

/// Central differences of fourth order of `value()` with respect to every entry of one block of its parameters, against
/// the block's gradient: they agree to 1e-6 of the block's norm.
///
/// \param block  block(i, j) is a reference to the entry that gradient(i, j) belongs to
template <class Value, class Block>
void expect_gradient(Value const& value, Block&& block, Matrix const& gradient, double step, std::string const& what)
{
    Matrix differences(gradient.rows(), gradient.cols());
    for (Index j = 0; j < gradient.cols(); ++j)
        for (Index i = 0; i < gradient.rows(); ++i) {
            double& entry = block(i, j);
            double const kept = entry;
            auto const at = [&](double offset) {
                entry = kept + offset;
                double const moved = value();
                entry = kept;
                return moved;
            };
            differences(i, j) = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
        }
    EXPECT_LE((gradient - differences).norm(), 1e-6 * std::max(1.0, differences.norm())) << what;
}

} // namespace exahca::test

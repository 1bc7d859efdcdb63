#pragma once

#include "exahca/parallel/communicator.hpp"

namespace exahca::testing {

/// The ranks that this test program was started with.
[[nodiscard]] Communicator& world();

} // namespace exahca::testing

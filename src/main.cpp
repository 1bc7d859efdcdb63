#include "exahca/core/version.hpp"

#include <fmt/core.h>

int main() { fmt::print("exahca {}\n", exahca::version()); }

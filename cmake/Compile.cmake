# Flags that every target shares.
#
# Contraction to fused multiply-add is off: whether the compiler fuses depends on inlining, so equal formulas would give
# unequal bits. Alignment is fixed at 64 bytes because the order of Eigen's sums depends on it.
add_library(exahca_flags INTERFACE)
target_compile_features(exahca_flags INTERFACE cxx_std_20)
target_compile_options(exahca_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off -fno-math-errno>)
target_compile_definitions(exahca_flags INTERFACE
  EIGEN_MAX_ALIGN_BYTES=64 EIGEN_DONT_PARALLELIZE
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS EIGEN_INITIALIZE_MATRICES_BY_NAN EXAHCA_ASSERTIONS=1>
  $<$<BOOL:${EXAHCA_ASSERTIONS}>:EXAHCA_ASSERTIONS=1 _GLIBCXX_ASSERTIONS>)
if(EXAHCA_SANITIZE)
  target_compile_definitions(exahca_flags INTERFACE EXAHCA_SANITIZE)
  target_compile_options(exahca_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(exahca_flags INTERFACE -fsanitize=address,undefined)
endif()

add_library(exahca_warnings INTERFACE)
target_compile_options(exahca_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
                            -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion -Wformat=2>
  $<$<BOOL:${EXAHCA_WERROR}>:-Werror>)
# GCC 12 warns about uninitialised packets inside Eigen's vectorised expressions, and about null pointers and sizes in
# inlined standard containers and strings; all are false (GCC bugs 105593, 105651 and 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(exahca_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized -Wno-null-dereference -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds>)
endif()

# Headers that nearly every source reads, parsed once: the standard library, fmt and Eigen take most of the time that a
# source takes; the last one keeps what is compiled of Eigen to one copy. One precompiled header for libraries and one for programs, because they differ in their kind of
# position-independent code. Public headers are still checked without it (test style.headers_alone).
set(EXAHCA_PRECOMPILED
  <algorithm> <array> <chrono> <cmath> <cstdint> <functional> <limits> <map> <memory> <numeric> <optional> <set> <span>
  <stdexcept> <string> <string_view> <utility> <vector> <fmt/format.h> <fmt/ranges.h> <Eigen/Core>
  ${PROJECT_SOURCE_DIR}/src/numerics/eigen_instances.hpp)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/library.cpp CONTENT "")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/program.cpp CONTENT "int main() {}\n")
add_library(exahca_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled/library.cpp)
target_include_directories(exahca_precompiled PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(exahca_precompiled PRIVATE exahca_flags exahca_warnings fmt::fmt Eigen3::Eigen)
target_precompile_headers(exahca_precompiled PRIVATE ${EXAHCA_PRECOMPILED})

# exahca_light(TARGET): for code that computes nothing, where optimising costs more of the build than it gives the run.
# Numeric modules keep the full optimisation, by which the fingerprint of their kernels is defined. With EXAHCA_UNITY several
# sources are compiled as one, so that templates of fmt, JSON and the standard library are instantiated once for all of them
# (numeric modules gain little by that: their templates are about matrices that no two sources share).
function(exahca_light TARGET)
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ${EXAHCA_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  target_compile_options(${TARGET} PRIVATE $<$<CONFIG:Release,RelWithDebInfo>:-O1>)
endfunction()

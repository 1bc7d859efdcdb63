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
# GCC 12 warns about uninitialised packets inside Eigen's vectorised expressions, and about null pointers in inlined
# standard containers; both are false (GCC bugs 105593 and 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(exahca_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized -Wno-null-dereference -Wno-restrict>)
endif()

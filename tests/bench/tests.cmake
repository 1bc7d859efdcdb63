# Recovery of simulated truths; run by jobs/accuracy_study.sh, not a test.
add_executable(accuracy_study EXCLUDE_FROM_ALL bench/accuracy_study.cpp)
target_link_libraries(accuracy_study PRIVATE exahca_experiment exahca_io exahca_warnings)
find_package(benchmark REQUIRED)
add_executable(bench_search EXCLUDE_FROM_ALL bench/search_bench.cpp)
target_link_libraries(bench_search PRIVATE exahca_search exahca_warnings benchmark::benchmark)
target_compile_definitions(bench_search PRIVATE EXAHCA_REFERENCE_DIR="${EXAHCA_REFERENCE_DIR}")
set_target_properties(bench_search PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

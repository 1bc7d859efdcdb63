# Recovery of simulated truths; run by jobs/accuracy_study.sh, not a test.
add_executable(accuracy_study EXCLUDE_FROM_ALL bench/accuracy_study.cpp)
target_link_libraries(accuracy_study PRIVATE exahca_experiment exahca_io exahca_warnings)

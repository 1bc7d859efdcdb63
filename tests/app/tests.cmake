if(Python3_FOUND)
  foreach(name degenerate earlier_format errors export fault_points faults format grid import_hints import_questions incomplete influence joint kernels limits malformed manual many_settings memory merge models names orders plan ranks reference replicate
      report selftest stored_models tables odd_tables)
    exahca_script_test(${name} app ${Python3_EXECUTABLE} app/${name}_test.py)
  endforeach()
  # Thirteen ranks on two cores, a browser: minutes on a busy machine.
  set_tests_properties(app.ranks app.report PROPERTIES TIMEOUT 1800)
endif()

# Loaded before the C library and before MPI, they let one call fail (fault_points_test.py). The first replaces glibc's
# allocator, as sanitizers do.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT EXAHCA_SANITIZE)
  add_library(app_failing_calls MODULE app/failing_calls.cpp)
  target_link_libraries(app_failing_calls PRIVATE exahca_warnings)
  add_library(app_failing_mpi MODULE app/failing_mpi.cpp)
  target_link_libraries(app_failing_mpi PRIVATE exahca_mpi exahca_warnings)
  target_compile_options(app_failing_calls PRIVATE -fno-builtin)
  set_target_properties(app_failing_calls app_failing_mpi PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests CXX_VISIBILITY_PRESET default)
endif()

add_executable(app_set_kernels app/set_kernels.cpp)
target_link_libraries(app_set_kernels PRIVATE exahca_io exahca_parallel)
exahca_test_program(app_set_kernels)
add_executable(app_other_kernels app/other_kernels.cpp ${PROJECT_SOURCE_DIR}/src/main.cpp)
target_link_libraries(app_other_kernels PRIVATE exahca_app)
exahca_test_program(app_other_kernels)
add_executable(app_held_program app/held_program.cpp)
target_link_libraries(app_held_program PRIVATE exahca_app)
exahca_test_program(app_held_program)


exahca_test(parallel protocol_test)
exahca_test(parallel launch_test)
exahca_test(parallel master_worker_test)
exahca_test(parallel run_workload_test)
exahca_test(parallel shared_segment_test)
exahca_test(parallel signals_test)
exahca_test(parallel progress_test)
exahca_test(parallel presence_test)
exahca_test(parallel heartbeat_test)

# exahca_rank_test(NAME) builds tests/parallel/<NAME>.cpp once and runs it alone and under mpirun.
set(EXAHCA_MPI_TEST_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl_vader_single_copy_mechanism=none
  OMPI_MCA_rmaps_base_oversubscribe=1)
function(exahca_rank_test NAME)
  add_executable(parallel_${NAME} parallel/${NAME}.cpp parallel/mpi_main.cpp)
  target_link_libraries(parallel_${NAME} PRIVATE exahca_parallel GTest::gmock GTest::gtest)
  exahca_test_program(parallel_${NAME})
  target_precompile_headers(parallel_${NAME} REUSE_FROM exahca_precompiled_tests)
  add_test(NAME parallel.${NAME}.alone COMMAND parallel_${NAME})
  set_tests_properties(parallel.${NAME}.alone PROPERTIES LABELS parallel TIMEOUT 1200)
  foreach(ranks 1 2 4)
    add_test(NAME parallel.${NAME}.ranks${ranks}
      COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:parallel_${NAME}>)
    set_tests_properties(parallel.${NAME}.ranks${ranks} PROPERTIES LABELS "parallel;mpi" TIMEOUT 1200 PROCESSORS 2
      ENVIRONMENT "${EXAHCA_MPI_TEST_ENVIRONMENT}")
  endforeach()
  # Four ranks that pass for two nodes.
  add_test(NAME parallel.${NAME}.nodes2
    COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} 4 $<TARGET_FILE:parallel_${NAME}>)
  set_tests_properties(parallel.${NAME}.nodes2 PROPERTIES LABELS "parallel;mpi" TIMEOUT 1200 PROCESSORS 2
    ENVIRONMENT "${EXAHCA_MPI_TEST_ENVIRONMENT};EXAHCA_TEST_RANKS_PER_NODE=2")
endfunction()
exahca_rank_test(communicator_test)

add_executable(parallel_rank_program parallel/rank_program.cpp)
target_link_libraries(parallel_rank_program PRIVATE exahca_parallel)
exahca_test_program(parallel_rank_program)
if(Python3_FOUND)
  add_test(NAME parallel.rank_program
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/parallel/rank_program_test.py
            $<TARGET_FILE:parallel_rank_program> ${MPIEXEC_EXECUTABLE})
  set_tests_properties(parallel.rank_program PROPERTIES LABELS "parallel;mpi" TIMEOUT 1800 PROCESSORS 2
    ENVIRONMENT "${EXAHCA_MPI_TEST_ENVIRONMENT}")
endif()

exahca_test(parallel kernel_check_test)
exahca_test(parallel schedule_test)
target_sources(parallel_tests PRIVATE bench/scheduler_simulation.cpp)
add_executable(scheduler_report bench/scheduler_report.cpp bench/scheduler_simulation.cpp)
target_link_libraries(scheduler_report PRIVATE exahca_parallel)
exahca_test_program(scheduler_report)

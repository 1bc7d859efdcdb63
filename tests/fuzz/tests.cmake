# Each harness is built twice: for libFuzzer by tests/fuzz/run.sh, with Clang and all code instrumented, and in every build
# as a test that gives it its seeds.
option(EXAHCA_FUZZERS "Build the libFuzzer harnesses; needs Clang and -fsanitize=fuzzer-no-link" OFF)
if(EXAHCA_FUZZERS)
  add_custom_target(fuzzers)
endif()

# exahca_fuzz_program(NAME MODULE SOURCE...): fuzz/NAME of the build folder, linked with exahca_<MODULE>.
function(exahca_fuzz_program NAME MODULE)
  add_executable(${NAME} ${ARGN})
  target_link_libraries(${NAME} PRIVATE exahca_${MODULE})
  exahca_test_program(${NAME})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()

# exahca_fuzzer(NAME MODULE SEEDS): tests/fuzz/NAME_fuzz.cpp; SEEDS is the folder with its first inputs.
function(exahca_fuzzer NAME MODULE SEEDS)
  exahca_fuzz_program(${NAME}_replay ${MODULE} fuzz/${NAME}_fuzz.cpp fuzz/replay.cpp)
  add_test(NAME fuzz.${NAME} COMMAND ${NAME}_replay ${SEEDS})
  set_tests_properties(fuzz.${NAME} PROPERTIES LABELS fuzz FIXTURES_REQUIRED fuzz_seeds)
  if(EXAHCA_FUZZERS)
    exahca_fuzz_program(${NAME}_fuzz ${MODULE} fuzz/${NAME}_fuzz.cpp)
    target_link_options(${NAME}_fuzz PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${NAME}_fuzz write_seeds)
  endif()
endfunction()

# Seeds of binary inputs are written by the program's own code.
exahca_fuzz_program(write_seeds app fuzz/write_seeds.cpp)
set(EXAHCA_FUZZ_SEEDS ${CMAKE_BINARY_DIR}/fuzz/seeds)
add_test(NAME fuzz.write_seeds COMMAND write_seeds ${EXAHCA_FUZZ_SEEDS})
set_tests_properties(fuzz.write_seeds PROPERTIES LABELS fuzz FIXTURES_SETUP fuzz_seeds)

exahca_fuzzer(csv_import io ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/csv_import_seeds)
exahca_fuzzer(domain_source io ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/domain_source_seeds)
exahca_fuzzer(results_json io ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/results_json_seeds)
exahca_fuzzer(instance_text search ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/instance_text_seeds)
exahca_fuzzer(options app ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/options_seeds)
exahca_fuzzer(messages app ${EXAHCA_FUZZ_SEEDS}/messages)
exahca_fuzzer(trailer io ${EXAHCA_FUZZ_SEEDS}/trailer)

# libFuzzer harnesses: built by tests/fuzz/run.sh, with Clang and all code instrumented.
option(EXAHCA_FUZZERS "Build the libFuzzer harnesses; needs Clang and -fsanitize=fuzzer-no-link" OFF)

# exahca_fuzzer(NAME MODULE): tests/fuzz/NAME_fuzz.cpp, linked with exahca_<MODULE>.
function(exahca_fuzzer NAME MODULE)
  add_executable(${NAME}_fuzz fuzz/${NAME}_fuzz.cpp)
  target_link_libraries(${NAME}_fuzz PRIVATE exahca_${MODULE} exahca_warnings)
  target_link_options(${NAME}_fuzz PRIVATE -fsanitize=fuzzer)
  set_target_properties(${NAME}_fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${NAME}_fuzz)
endfunction()

if(EXAHCA_FUZZERS)
  add_custom_target(fuzzers)
  exahca_fuzzer(csv_import io)
  exahca_fuzzer(instance_text search)
  exahca_fuzzer(messages app)
  exahca_fuzzer(options app)
  exahca_fuzzer(trailer io)
  # Seeds of binary inputs.
  add_executable(write_seeds fuzz/write_seeds.cpp)
  target_link_libraries(write_seeds PRIVATE exahca_app exahca_warnings)
  set_target_properties(write_seeds PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers write_seeds)
endif()

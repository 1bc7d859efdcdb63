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
  exahca_fuzzer(messages experiment)
  # Seeds of binary inputs; both know the program's own messages.
  add_executable(write_seeds fuzz/write_seeds.cpp)
  target_link_libraries(write_seeds PRIVATE exahca_io exahca_warnings)
  set_target_properties(write_seeds PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers write_seeds)
  foreach(target messages_fuzz write_seeds)
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src/app/messages.cpp)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} PRIVATE exahca_parallel)
  endforeach()
  exahca_fuzzer(options experiment)
  target_sources(options_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/src/app/domain_sets.cpp
    ${PROJECT_SOURCE_DIR}/src/app/search_request.cpp)
  target_include_directories(options_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(options_fuzz PRIVATE Boost::program_options)
  exahca_fuzzer(trailer io)
endif()

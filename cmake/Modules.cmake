# exahca_module(NAME SOURCES ... PUBLIC ... PRIVATE ...)
#
# One static library exahca_<NAME> of src/<NAME>, its public headers in include/exahca/<NAME>. A module that is not given
# a library here cannot include its headers: that is how the include rules of docs/architecture.md are kept.
function(exahca_module NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(exahca_${NAME} STATIC ${ARG_SOURCES})
  add_library(exahca::${NAME} ALIAS exahca_${NAME})
  target_include_directories(exahca_${NAME} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(exahca_${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(exahca_${NAME} PUBLIC exahca_flags ${ARG_PUBLIC} PRIVATE $<BUILD_INTERFACE:exahca_warnings> ${ARG_PRIVATE})
  set_target_properties(exahca_${NAME} PROPERTIES EXPORT_NAME ${NAME})
  # core is small and may not see Eigen.
  if(NOT NAME STREQUAL "core")
    target_precompile_headers(exahca_${NAME} REUSE_FROM exahca_precompiled)
  endif()
endfunction()

# exahca_test_program(TARGET): what every program of the tests needs.
function(exahca_test_program TARGET)
  target_include_directories(${TARGET} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${TARGET} PRIVATE exahca_warnings)
  target_compile_definitions(${TARGET} PRIVATE EXAHCA_REFERENCE_DIR="${EXAHCA_REFERENCE_DIR}")
  set_target_properties(${TARGET} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  exahca_light(${TARGET})
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD OFF) # files of tests have helpers of equal names
endfunction()

# Time limits only end what hangs; sanitized programs may take so many times as long.
set(EXAHCA_SANITIZED_SLOWNESS 10)

# exahca_test(MODULE NAME [LIBRARIES ...] [TIMEOUT SECONDS])
#
# The GoogleTest cases of tests/<MODULE>/<NAME>.cpp, discovered and labelled with the module. All files of a module make one
# program, tests/<MODULE>_tests, for linking takes longer than compiling a small file; a file with a time limit of its own
# makes its own. The target tests_of_<MODULE> builds them all, fast_tests_of_<MODULE> those that may take no longer than
# usual.
function(exahca_test MODULE NAME)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "TIMEOUT" "LIBRARIES")
  set(program ${MODULE}_tests)
  set(usual_timeout 1200) # they end what hangs: a busy machine may take ten times as long as an idle one
  if(ARG_TIMEOUT)
    set(program ${MODULE}_${NAME})
  else()
    set(ARG_TIMEOUT ${usual_timeout})
  endif()
  if(NOT TARGET tests_of_${MODULE})
    add_custom_target(fast_tests_of_${MODULE})
    add_custom_target(tests_of_${MODULE})
    add_dependencies(tests_of_${MODULE} fast_tests_of_${MODULE})
  endif()
  if(NOT TARGET ${program})
    add_executable(${program})
    exahca_test_program(${program})
    target_link_libraries(${program} PRIVATE exahca_${MODULE} GTest::gmock GTest::gtest_main)
    target_precompile_headers(${program} REUSE_FROM exahca_precompiled_tests)
    if(ARG_TIMEOUT GREATER usual_timeout)
      add_dependencies(tests_of_${MODULE} ${program})
    else()
      add_dependencies(fast_tests_of_${MODULE} ${program})
    endif()
    if(EXAHCA_SANITIZE)
      math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * ${EXAHCA_SANITIZED_SLOWNESS}")
    endif()
    gtest_discover_tests(${program} TEST_PREFIX "${MODULE}." DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS ${MODULE} TIMEOUT ${ARG_TIMEOUT})
  endif()
  target_sources(${program} PRIVATE ${MODULE}/${NAME}.cpp)
  target_link_libraries(${program} PRIVATE ${ARG_LIBRARIES})
endfunction()

# exahca_script_test(NAME LABEL COMMAND ...)
#
# A test that is a script. Exit status 77 means skipped, with the reason in its output. A relative script is looked for
# under tests/.
function(exahca_script_test NAME LABEL)
  add_test(NAME ${LABEL}.${NAME} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests)
  set_tests_properties(${LABEL}.${NAME} PROPERTIES LABELS ${LABEL} SKIP_RETURN_CODE 77 TIMEOUT 1200
    ENVIRONMENT "EXAHCA_REFERENCE_DIR=${EXAHCA_REFERENCE_DIR};EXAHCA_BUILD_DIR=${PROJECT_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1")
endfunction()

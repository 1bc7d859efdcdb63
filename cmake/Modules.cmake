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
endfunction()

# exahca_test(MODULE NAME [LIBRARIES ...])
#
# tests/<MODULE>/<NAME>.cpp as one GoogleTest program, its cases discovered and labelled with the module; built by the
# target tests_of_<MODULE>, too.
function(exahca_test MODULE NAME)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "TIMEOUT" "LIBRARIES")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${MODULE}_${NAME} ${MODULE}/${NAME}.cpp)
  if(NOT TARGET tests_of_${MODULE})
    add_custom_target(tests_of_${MODULE})
  endif()
  add_dependencies(tests_of_${MODULE} ${MODULE}_${NAME})
  target_include_directories(${MODULE}_${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${MODULE}_${NAME} PRIVATE exahca_${MODULE} ${ARG_LIBRARIES} exahca_warnings GTest::gtest_main)
  target_compile_definitions(${MODULE}_${NAME} PRIVATE EXAHCA_REFERENCE_DIR="${EXAHCA_REFERENCE_DIR}")
  set_target_properties(${MODULE}_${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${MODULE}_${NAME} TEST_PREFIX "${MODULE}." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${MODULE} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# exahca_script_test(NAME LABEL COMMAND ...)
#
# A test that is a script. Exit status 77 means skipped, with the reason in its output. A relative script is looked for
# under tests/.
function(exahca_script_test NAME LABEL)
  add_test(NAME ${LABEL}.${NAME} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests)
  set_tests_properties(${LABEL}.${NAME} PROPERTIES LABELS ${LABEL} SKIP_RETURN_CODE 77 TIMEOUT 300
    ENVIRONMENT "EXAHCA_REFERENCE_DIR=${EXAHCA_REFERENCE_DIR};EXAHCA_BUILD_DIR=${PROJECT_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1")
endfunction()

# A cluster simulated in one process: docs/contributing.md, Histories.
add_library(exahca_histories STATIC histories/circumstances.cpp histories/clockwork.cpp histories/disk.cpp
  histories/history.cpp histories/launch.cpp histories/network.cpp histories/problems.cpp histories/quick_trees.cpp)
target_include_directories(exahca_histories PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(exahca_histories PUBLIC exahca_run exahca_simulate PRIVATE exahca_warnings)
target_precompile_headers(exahca_histories REUSE_FROM exahca_precompiled)
exahca_light(exahca_histories)
# See quick_trees.hpp.
set(text_by_reference "RKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE")
target_link_options(exahca_histories INTERFACE
  -Wl,--wrap=_ZN6exahca10write_treeE${text_by_reference}RKNS_9DataGroupENS_12PreviousFileENS_7PackingE
  -Wl,--wrap=_ZN6exahca9read_treeE${text_by_reference}NS_13TrailerPolicyE)

add_executable(histories histories/histories.cpp)
target_link_libraries(histories PRIVATE exahca_histories)
exahca_study(histories)
add_test(NAME histories.first_500 COMMAND histories --count 500)
set_tests_properties(histories.first_500 PROPERTIES LABELS histories TIMEOUT 1200)

exahca_test(histories clockwork_test)
exahca_test(histories history_test)

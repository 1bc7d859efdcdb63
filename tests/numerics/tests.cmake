exahca_test(numerics whitening_test)
exahca_test(numerics fast_ica_test)
exahca_test(numerics principal_angles_test)
exahca_test(numerics density_test)
exahca_test(numerics lbfgs_test)
exahca_test(numerics normal_test)
exahca_test(numerics lane_normal_test)
# It has vectors of four numbers as parameters, all inlined.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/lane_normal_test.cpp PROPERTIES COMPILE_OPTIONS -Wno-psabi)

exahca_test(io tree_file_test LIBRARIES exahca_hdf5)
exahca_test(io compare_test)
exahca_test(io check_file_test LIBRARIES exahca_hdf5)
exahca_test(io faults_test)
exahca_test(io csv_import_test)
exahca_test(io score_file_test LIBRARIES exahca_hdf5)

# Other people's readers, on a file that holds one of everything.
add_executable(io_write_sample io/write_sample.cpp)
target_include_directories(io_write_sample PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(io_write_sample PRIVATE exahca_io exahca_warnings)
set_target_properties(io_write_sample PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
# Debian's own Python has the readers; another one first on the PATH has not.
find_program(EXAHCA_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
foreach(reader h5py netcdf4 xarray_netcdf4 xarray_h5netcdf ncdump h5dump rhdf5)
  if(EXAHCA_SYSTEM_PYTHON)
    add_test(NAME io.reader_${reader}
             COMMAND ${EXAHCA_SYSTEM_PYTHON} ${PROJECT_SOURCE_DIR}/tests/io/readers_test.py ${reader} $<TARGET_FILE:io_write_sample>)
    set_tests_properties(io.reader_${reader} PROPERTIES LABELS io SKIP_RETURN_CODE 77 TIMEOUT 120)
  endif()
endforeach()

exahca_test(io tree_file_test LIBRARIES exahca_hdf5)
exahca_test(io faults_test)
exahca_test(io streamed_file_test LIBRARIES exahca_hdf5)
exahca_test(io compare_test)
exahca_test(io check_file_test LIBRARIES exahca_hdf5)
exahca_test(io csv_import_test)
exahca_test(io table_shapes_test)
exahca_test(io json_table_test)
exahca_test(io number_text_test)
exahca_test(io results_import_test LIBRARIES ZLIB::ZLIB)
# It replaces operator new, so it is a program of its own.
exahca_test(io csv_memory_test TIMEOUT 600)
exahca_test(io score_file_test LIBRARIES exahca_hdf5)
exahca_test(io settings_file_test)

# Other people's readers on a file that holds one of everything, and their writers' score files.
foreach(tool write_sample check_scores)
  add_executable(io_${tool} io/${tool}.cpp)
  target_link_libraries(io_${tool} PRIVATE exahca_io)
  exahca_test_program(io_${tool})
endforeach()
# Debian's own Python has the modules; another one first on the PATH has not.
find_program(EXAHCA_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(EXAHCA_SYSTEM_PYTHON)
  foreach(reader h5py netcdf4 xarray_netcdf4 xarray_h5netcdf ncdump h5dump rhdf5)
    add_test(NAME io.reader_${reader}
             COMMAND ${EXAHCA_SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/io/readers_test.py ${reader} $<TARGET_FILE:io_write_sample>)
    set_tests_properties(io.reader_${reader} PROPERTIES LABELS io SKIP_RETURN_CODE 77 TIMEOUT 1200)
  endforeach()
  foreach(writer documented_example h5py xarray rhdf5)
    add_test(NAME io.writer_${writer}
             COMMAND ${EXAHCA_SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/io/writers_test.py ${writer}
                     $<TARGET_FILE:io_check_scores> ${PROJECT_SOURCE_DIR}/docs/file_format.md)
    set_tests_properties(io.writer_${writer} PROPERTIES LABELS io SKIP_RETURN_CODE 77 TIMEOUT 1200)
  endforeach()
  add_test(NAME io.compare_h5
           COMMAND ${EXAHCA_SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/io/compare_h5_test.py $<TARGET_FILE:io_write_sample>)
  set_tests_properties(io.compare_h5 PROPERTIES LABELS io SKIP_RETURN_CODE 77 TIMEOUT 1200)
endif()

if(EXAHCA_SYSTEM_PYTHON)
  add_test(NAME io.damage_campaign COMMAND ${EXAHCA_SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/io/damage_campaign.py
           ${PROJECT_BINARY_DIR}/exahca)
  set_tests_properties(io.damage_campaign PROPERTIES LABELS io SKIP_RETURN_CODE 77 TIMEOUT 1200)
endif()

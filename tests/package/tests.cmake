exahca_script_test(install package bash package/install_test.sh ${PROJECT_BINARY_DIR})
exahca_script_test(source_archive package bash package/source_archive_test.sh)
exahca_script_test(spack_syntax package ${Python3_EXECUTABLE} -c
  "import ast, sys; ast.parse(open(sys.argv[1]).read())" ${PROJECT_SOURCE_DIR}/packaging/spack/package.py)

# docs/examples, each with the tool that it is for. Debian's own Python has the modules.
find_program(EXAHCA_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(EXAHCA_SYSTEM_PYTHON)
  foreach(example h5py xarray_h5netcdf xarray_netcdf4 h5dump ncdump rhdf5 link_library)
    exahca_script_test(example_${example} package ${EXAHCA_SYSTEM_PYTHON} package/examples_test.py ${example})
  endforeach()
  foreach(reader xarray_h5netcdf xarray_netcdf4 ncdump rhdf5)
    exahca_script_test(every_group_${reader} package ${EXAHCA_SYSTEM_PYTHON} package/every_group_test.py ${reader})
  endforeach()
endif()

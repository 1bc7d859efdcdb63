exahca_script_test(install package bash package/install_test.sh ${PROJECT_BINARY_DIR})
exahca_script_test(source_archive package bash package/source_archive_test.sh)
exahca_script_test(spack_syntax package ${Python3_EXECUTABLE} -c
  "import ast, sys; ast.parse(open(sys.argv[1]).read())" ${PROJECT_SOURCE_DIR}/packaging/spack/package.py)

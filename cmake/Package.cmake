# What `cmake --install` puts where, and the packages.
#
# Component runtime: the program and its documentation. Component development: the modules core to work as static
# libraries for find_package(exahca), with no MPI and no HDF5 in sight.
include(CMakePackageConfigHelpers)

set(EXAHCA_LIBRARY_MODULES core numerics model search simulate estimate experiment results profile work)
set(EXAHCA_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/exahca)

install(TARGETS exahca RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
install(FILES README.md LICENSE CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
# Below docs/ as in the source tree, so that the links of the README lead somewhere.
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime PATTERN "Doxyfile" EXCLUDE)
install(DIRECTORY ${PROJECT_BINARY_DIR}/manual/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime
  OPTIONAL FILES_MATCHING PATTERN "*.1")
install(FILES ${PROJECT_BINARY_DIR}/manual/exahca DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  COMPONENT runtime OPTIONAL)
install(DIRECTORY jobs/cluster DESTINATION ${CMAKE_INSTALL_DATADIR}/exahca/jobs COMPONENT runtime)

# Each library installed needs the interface targets that carry its flags.
set(exported exahca_flags)
foreach(module ${EXAHCA_LIBRARY_MODULES})
  list(APPEND exported exahca_${module})
  install(DIRECTORY include/exahca/${module} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/exahca COMPONENT development
    FILES_MATCHING PATTERN "*.hpp")
endforeach()
set_target_properties(exahca_flags PROPERTIES EXPORT_NAME flags)
install(TARGETS ${exported} EXPORT exahcaTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT exahcaTargets NAMESPACE exahca:: DESTINATION ${EXAHCA_CONFIG_DIR} COMPONENT development)
configure_package_config_file(cmake/exahcaConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/package/exahcaConfig.cmake
  INSTALL_DESTINATION ${EXAHCA_CONFIG_DIR} NO_SET_AND_CHECK_MACRO)
# Until 1.0 any minor version may change the library.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/package/exahcaConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/package/exahcaConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/package/exahcaConfigVersion.cmake
  DESTINATION ${EXAHCA_CONFIG_DIR} COMPONENT development)

# cpack -G DEB --config build/release/CPackConfig.cmake
set(CPACK_PACKAGE_NAME exahca)
set(CPACK_PACKAGE_VENDOR "The ExaHCA authors")
set(CPACK_PACKAGE_CONTACT "The ExaHCA authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME exahca)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS openmpi-bin)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "The program exahca and its documentation.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libexahca-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libeigen3-dev, libfmt-dev, libxxhash-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers and static libraries: model, search and replicates for other programs.")
include(CPack)

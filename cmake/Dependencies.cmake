# Every library comes from a Debian 12 package; jobs/setup.sh installs them.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
# Through the C interface alone: the C++ bindings of MPI are deprecated and fail to link when only C is asked for.
find_package(MPI REQUIRED COMPONENTS C)

find_path(EXAHCA_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
find_path(EXAHCA_LBFGSPP_INCLUDE LBFGS.h REQUIRED)
find_path(EXAHCA_LIBCSV_INCLUDE csv.h REQUIRED)
find_library(EXAHCA_LIBCSV_LIBRARY csv REQUIRED)

add_library(exahca_random123 INTERFACE)
target_include_directories(exahca_random123 SYSTEM INTERFACE ${EXAHCA_RANDOM123_INCLUDE})
add_library(exahca_lbfgspp INTERFACE)
target_include_directories(exahca_lbfgspp SYSTEM INTERFACE ${EXAHCA_LBFGSPP_INCLUDE})
add_library(exahca_libcsv INTERFACE)
target_include_directories(exahca_libcsv SYSTEM INTERFACE ${EXAHCA_LIBCSV_INCLUDE})
target_link_libraries(exahca_libcsv INTERFACE ${EXAHCA_LIBCSV_LIBRARY})

add_library(exahca_mpi INTERFACE)
target_link_libraries(exahca_mpi INTERFACE MPI::MPI_C)
target_compile_definitions(exahca_mpi INTERFACE OMPI_SKIP_MPICXX=1 MPICH_SKIP_MPICXX=1)

add_library(exahca_hdf5 INTERFACE)
target_include_directories(exahca_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(exahca_hdf5 INTERFACE ${HDF5_HL_LIBRARIES} ${HDF5_LIBRARIES})

find_path(EXAHCA_XXHASH_INCLUDE xxhash.h REQUIRED)
find_library(EXAHCA_XXHASH_LIBRARY xxhash REQUIRED)
add_library(exahca_xxhash INTERFACE)
target_include_directories(exahca_xxhash SYSTEM INTERFACE ${EXAHCA_XXHASH_INCLUDE})
target_link_libraries(exahca_xxhash INTERFACE ${EXAHCA_XXHASH_LIBRARY})

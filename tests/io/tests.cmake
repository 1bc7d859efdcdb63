exahca_test(io tree_file_test LIBRARIES exahca_hdf5)

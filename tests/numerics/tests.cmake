exahca_test(numerics whitening_test)
exahca_test(numerics fast_ica_test)
exahca_test(numerics principal_angles_test)

exahca_test(numerics density_test)
exahca_test(numerics lbfgs_test)

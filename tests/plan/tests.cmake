exahca_test(plan pilot_test)

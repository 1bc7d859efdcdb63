exahca_test(report text_test)

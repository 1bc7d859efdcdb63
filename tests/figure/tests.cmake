exahca_test(figure text_test)

exahca_test(core random_test)
exahca_test(core bytes_test)
exahca_test(core activity_test)

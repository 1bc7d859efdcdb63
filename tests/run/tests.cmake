exahca_test(run run_search_test)

exahca_test(run run_search_test)
exahca_test(run snapshot_schedule_test)

exahca_test(results data_tree_test)
exahca_test(results influence_table_test)
exahca_test(results many_settings_test)
exahca_test(results restore_test)

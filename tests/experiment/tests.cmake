exahca_test(experiment experiment_test)
exahca_test(experiment stage_test)
exahca_test(experiment setting_test)
exahca_test(experiment setting_ranking_test)

exahca_test(plan pilot_test)
exahca_test(plan rank_forecast_test)

exahca_test(page telling_test LIBRARIES nlohmann_json::nlohmann_json)
exahca_test(page damaged_results_test)
exahca_test(page models_test)
exahca_test(page overview_test LIBRARIES nlohmann_json::nlohmann_json)

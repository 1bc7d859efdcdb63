exahca_test(report text_test)
exahca_test(report story_test)
exahca_test(report telling_test LIBRARIES nlohmann_json::nlohmann_json)
exahca_test(report damaged_results_test)

exahca_test(simulate simulator_test LIBRARIES nlohmann_json::nlohmann_json)
exahca_test(simulate flag_recovery_test LIBRARIES exahca_search TIMEOUT 3600)

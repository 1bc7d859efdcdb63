exahca_test(model joint_likelihood_test)
exahca_test(model flag_test)
exahca_test(model published_unmixing_test LIBRARIES nlohmann_json::nlohmann_json)

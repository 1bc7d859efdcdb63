exahca_test(search order_search_test LIBRARIES nlohmann_json::nlohmann_json)

exahca_test(search order_search_test LIBRARIES nlohmann_json::nlohmann_json)
exahca_test(search fast_search_test)
exahca_test(search subtree_search_test)
exahca_test(search instance_text_test)

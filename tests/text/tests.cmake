exahca_test(text p_value_text_test)
exahca_test(text story_test)

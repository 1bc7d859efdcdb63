exahca_test(text story_test)

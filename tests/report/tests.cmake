exahca_test(report text_test)
exahca_test(report story_test)

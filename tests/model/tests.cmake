exahca_test(model candidate_order_test)
exahca_test(model linear_sem_test)

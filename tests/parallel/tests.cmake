exahca_test(parallel protocol_test)
exahca_test(parallel launch_test)
exahca_test(parallel master_worker_test)
exahca_test(parallel run_workload_test TIMEOUT 60)

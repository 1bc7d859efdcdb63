#!/usr/bin/python3
"""Reads the answers of a results file with h5py: read_h5py.py RESULTS.h5"""

import sys

import h5py

with h5py.File(sys.argv[1]) as file:
    for setting in file["settings/setting"].asstr():
        if setting not in file["estimate"]:
            continue  # a file of many settings need not keep the details of all
        estimate = file["estimate"][setting]
        if estimate.attrs["status"] != 1:  # 1 done, 2 failed
            print("setting", setting, "failed:", estimate.attrs["reason"])
            continue
        print("setting", setting)
        print("mic", repr(float(estimate["mic"][0])))  # orders are listed best first
        print("support", repr(float(file["aggregate"][setting]["support"][()])))
        domains = list(estimate["domain"].asstr())
        benchmarks = list(estimate["benchmark"].asstr())
        for factor, benchmark in enumerate(estimate["alignment_benchmark"], 1):
            print("factor", factor, benchmarks[benchmark])
        for domain, weights in zip(domains, estimate["coefficients"][:]):
            for effect in range(len(weights)):
                for cause in range(effect):
                    print("weight", domain, cause + 1, effect + 1, repr(float(weights[effect, cause])))

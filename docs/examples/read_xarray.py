#!/usr/bin/python3
"""Reads the answers of a results file with xarray: read_xarray.py RESULTS.h5 [h5netcdf or netcdf4]"""

import sys

import xarray

path = sys.argv[1]
engine = sys.argv[2] if len(sys.argv) > 2 else "h5netcdf"


def group(name):
    return xarray.open_dataset(path, engine=engine, group=name)


for setting in group("settings")["setting"].values:
    estimate = group(f"estimate/{setting}")
    if estimate.attrs["status"] != 1:  # 1 done, 2 failed
        print("setting", setting, "failed:", estimate.attrs["reason"])
        continue
    print("setting", setting)
    print("mic", repr(float(estimate["mic"].sel(order=0))))  # orders are listed best first
    print("support", repr(float(group(f"aggregate/{setting}")["support"])))
    for factor in estimate["factor"].values:
        benchmark = estimate["benchmark"][int(estimate["alignment_benchmark"].sel(factor=factor))]
        print("factor", factor, benchmark.item())
    for domain in estimate["domain"].values:
        weights = estimate["coefficients"].sel(domain=domain)
        for effect in estimate["effect"].values:
            for cause in estimate["cause"].values:
                if cause < effect:
                    print("weight", domain, cause, effect, repr(float(weights.sel(effect=effect, cause=cause))))

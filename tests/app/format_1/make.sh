#!/usr/bin/env bash
# Makes the files of this folder: make.sh EXAHCA, with the last program that wrote format 1 (revision 8eb42b3).
set -euo pipefail
exahca=$1
"$exahca" simulate -o scores.h5 --sizes 30,26,22 --factors 2 --seed 3
common=(--min-models 1 --factors 2 --quiet --density sas --orders 3 --best 3)
"$exahca" search scores.h5 -o joint.h5 "${common[@]}" --bootstrap 3 --parametric 2 --calibrate 2 --placebo 2 --no-control 2 --influence 2
"$exahca" search scores.h5 -o interim.h5 "${common[@]}" --bootstrap 4 --estimator joint,published --restarts 2 --part 1/2
/usr/bin/python3 - <<'PYTHON'
import numpy
generator = numpy.random.default_rng(1)
names = ["org/a", "org/b", "org_a", "org_b", *(f"org/base-model-number-{i}" for i in range(5))]
with open("names.csv", "w", encoding="utf-8") as file:
    print("model,base_model,A,B,C", file=file)
    for name in names:
        mixing = numpy.triu(generator.uniform(0.5, 1.5, (2, 2)))
        scores = 50 + generator.laplace(size=(15, 2)) @ mixing.T @ [[3, 1, 2], [1, 4, 2]] + generator.normal(size=(15, 3))
        for row in scores:
            print(f"{name}-{row[0]:.6f}", name, *(f"{score:.4f}" for score in row), sep=",", file=file)
PYTHON
"$exahca" import names.csv -o names_scores.h5
long=$(printf "org/base-model-number-%s," 0 1 2 3 4)
"$exahca" search names_scores.h5 -o names.h5 --estimator published --factors 2 --restarts 2 --best 3 --tolerance 1e-6 --contrast cube \
  --objective mean --domains org/a,org/b --domains org_a,org_b --domains "${long%,}" --quiet
printf '2 2 3\n1 0.5 0\n0 1 0\n0 2 0\n3 -1 0\n' > m.txt
"$exahca" search m.txt --orders-only -o orders.h5 --quiet
gzip -9 -n ./*.h5

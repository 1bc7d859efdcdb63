#!/usr/bin/env bash
# Reads the answers of a results file with ncdump: read_ncdump.sh RESULTS.h5
set -euo pipefail
file=$1

# values VARIABLE: the values of a variable, one per line, in row-major order; text without its quotes.
values() {
    ncdump -p 9,17 -l 1000000 -v "$1" "$file" |
        sed -n "/^ *data:/,\$p" | tr '\n' ' ' | sed "s/.* ${1##*/} = *\([^;]*\) ;.*/\1/" |
        grep -oE '"[^"]*"|[^ ,]+' | sed 's/^"\(.*\)"$/\1/'
}

mapfile -t settings < <(values /settings/setting)
for setting in "${settings[@]}"; do
    echo "setting $setting"
    echo "mic $(values "/estimate/$setting/mic" | head -n 1)" # orders are listed best first
    echo "support $(values "/aggregate/$setting/support")"
    mapfile -t benchmarks < <(values "/estimate/$setting/benchmark")
    mapfile -t domains < <(values "/estimate/$setting/domain")
    mapfile -t labels < <(values "/estimate/$setting/alignment_benchmark") # from 0
    mapfile -t weights < <(values "/estimate/$setting/coefficients")       # domain x effect x cause
    m=${#labels[@]}
    for ((factor = 0; factor < m; ++factor)); do echo "factor $((factor + 1)) ${benchmarks[labels[factor]]}"; done
    for ((k = 0; k < ${#domains[@]}; ++k)); do
        for ((effect = 0; effect < m; ++effect)); do
            for ((cause = 0; cause < effect; ++cause)); do
                echo "weight ${domains[k]} $((cause + 1)) $((effect + 1)) ${weights[(k * m + effect) * m + cause]}"
            done
        done
    done
done

# Reads the answers of a results file with R: Rscript read_rhdf5.R RESULTS.h5
#
# R shows arrays with their dimensions reversed: what is domain x effect x cause in the file is [cause, effect, domain] here.
suppressMessages(library(rhdf5))
path <- commandArgs(TRUE)[1]
number <- function(x) format(as.numeric(x), digits = 17)

for (setting in h5read(path, "settings/setting")) {
  estimate <- paste0("estimate/", setting, "/")
  if (h5readAttributes(path, estimate)$status != 1) { # 1 done, 2 failed
    cat("setting", setting, "failed:", h5readAttributes(path, estimate)$reason, "\n")
    next
  }
  cat("setting", setting, "\n")
  cat("mic", number(h5read(path, paste0(estimate, "mic"))[1]), "\n") # orders are listed best first
  cat("support", number(h5read(path, paste0("aggregate/", setting, "/support"))), "\n")
  benchmarks <- h5read(path, paste0(estimate, "benchmark"))
  labels <- h5read(path, paste0(estimate, "alignment_benchmark")) # from 0
  for (factor in seq_along(labels)) cat("factor", factor, benchmarks[labels[factor] + 1], "\n")
  domains <- h5read(path, paste0(estimate, "domain"))
  weights <- h5read(path, paste0(estimate, "coefficients"))
  for (k in seq_along(domains)) for (effect in seq_along(labels)) for (cause in seq_len(effect - 1))
    cat("weight", domains[k], cause, effect, number(weights[cause, effect, k]), "\n")
}

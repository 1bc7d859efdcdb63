// Replaced by the first numerics source.

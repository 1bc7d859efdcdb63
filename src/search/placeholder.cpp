// Replaced by the first search source.

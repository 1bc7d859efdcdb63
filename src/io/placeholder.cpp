// Replaced by the first io source.

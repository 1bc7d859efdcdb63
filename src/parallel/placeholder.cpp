// Replaced by the first parallel source.

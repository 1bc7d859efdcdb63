// Replaced by the first report source.

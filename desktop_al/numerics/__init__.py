"""Arrays in, arrays out: neighbours, coverage, budget, projection, metrics."""

"""Endurance of the window under random input: see `scripts/soak --help`."""

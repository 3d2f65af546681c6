"""What ``scripts/bench`` measures: one module per part, each with ``measure``."""

"""Frozen dataclasses that cross every boundary: records, specs, results, errors, context."""

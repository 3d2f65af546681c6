"""Query strategies: one per file, one reference each, one conformance suite for all."""

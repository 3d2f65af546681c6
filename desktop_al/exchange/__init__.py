"""Labels in, batches out: one file per format."""

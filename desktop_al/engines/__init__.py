"""Where mini-batches run: a warm worker process."""

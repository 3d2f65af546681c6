"""What ``scripts/screenshots`` does: the day-one story in the real window, picture by picture."""

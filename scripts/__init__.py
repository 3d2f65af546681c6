"""Commands for those who develop Desktop AL."""

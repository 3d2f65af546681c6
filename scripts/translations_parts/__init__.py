"""Keeps the catalogs of the window's words."""

"""Scan folders, decode images, thumbnails; knows no database."""

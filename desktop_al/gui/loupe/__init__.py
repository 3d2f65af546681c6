"""The loupe: one image as large as it goes, or several side by side, over the whole workspace."""

"""The map: the projection of the pool as a picture that is explored, highlighted and decided upon."""

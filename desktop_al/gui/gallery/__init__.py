"""The gallery: a virtual grid of thumbnails, linked with the map through the pool."""

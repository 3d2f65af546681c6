"""Embedder back ends behind one Protocol."""

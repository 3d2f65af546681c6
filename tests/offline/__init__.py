"""The socket guard: Python runs ``sitecustomize`` at the start of every process that has this folder in its path."""

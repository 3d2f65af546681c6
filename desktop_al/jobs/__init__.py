"""The jobs: a spec and a context in, a result out, one transaction per change."""

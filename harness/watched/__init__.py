"""The real primitives of threads, watched: CPython's own source, run over a lock that notes who holds it and who waits for it."""

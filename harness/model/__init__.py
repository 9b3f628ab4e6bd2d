"""Frozen data and its JSON form; no threads, no I/O."""

"""What an execution costs, side by side with plain threads, a bare greenlet switch and a peer. Run `python -m benchmarks`."""

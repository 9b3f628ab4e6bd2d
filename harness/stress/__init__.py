"""Engine stress: the same scenarios on real threads, with injected delays, in a child process that is watched from outside."""

"""Reading in a process apart: the one that asks, the one that reads, what they say to each other, their limits."""

"""Speeds, as ratios of two things measured in one run on one machine. `make bench` writes docs/benchmarks.md."""

"""Figures as ratios against peers of the same run: ``python -m benchmarks.NAME``."""

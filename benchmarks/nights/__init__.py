"""A night in Seoul, simulated over HTTP; see ``benchmarks.night``."""

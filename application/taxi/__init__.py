"""Rides in taxis: the desk, what it reads, and what its facts call for."""

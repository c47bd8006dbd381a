"""Machines in the streets for those who have none: bells, smart lights, and their broker."""

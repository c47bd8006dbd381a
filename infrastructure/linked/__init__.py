"""Adapters of linked services: the lamps and their networks, the Ministry's location centre."""

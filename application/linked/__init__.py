"""Linked services: what lights and the Ministry's location centre are told, and when."""

"""Seals what has been written: signing keys, the notary, and the witnesses that it publishes to."""

"""Clips of reports: received in pieces, checked, kept sealed, shown."""

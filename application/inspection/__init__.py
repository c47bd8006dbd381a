"""Checks for hidden cameras and lent detectors: what may be asked, and by whom."""

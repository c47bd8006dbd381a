"""Clips of reports: their rows, their store, their seals, and the process that looks at them."""

"""One parent for all roles of a home: starts, watches, restarts and stops them in order."""

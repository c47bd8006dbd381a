"""A case told to people outside: its timeline, its papers, its bundle of evidence."""

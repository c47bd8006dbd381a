"""Watching over somebody who is stalked: what may be asked, and by whom."""

"""The commands of `ansim`, a module a group; each imports what it needs when it runs."""

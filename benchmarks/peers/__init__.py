"""The sides of a comparison; each is built in the process that uses it."""

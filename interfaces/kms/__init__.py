"""A key management service for those who have none: Vault's Transit engine, on a socket."""

"""PostgreSQL and Valkey as children of our own, on the loopback address, under one data folder."""

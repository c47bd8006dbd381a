"""The other ends for those who have none: police, ambulance, call provider, on loopback sockets."""

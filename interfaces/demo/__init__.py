"""The service played through: documented cases on a throw-away home, and a living city."""

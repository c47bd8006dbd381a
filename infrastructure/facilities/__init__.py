"""What stands along a way: a small list, until the city's registries are imported."""

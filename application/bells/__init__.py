"""Emergency bells: what they say, and what is done about those that say nothing."""

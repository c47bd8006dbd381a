"""How a person is forgotten: where the log knows them, what lies beside it, where is searched."""

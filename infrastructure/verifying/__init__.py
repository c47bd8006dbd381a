"""Checks the log against an adversary who owns the database: everything is computed here.

The database is asked for nothing but plain columns of ordinary tables; none of its functions,
views, rules or orders is believed.
"""

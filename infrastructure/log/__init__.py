"""The log of facts: written by one function of the database, read in one total order."""

"""Catalogues to run the project on: one made here from a fixed seed, one read from a real shop's data."""

"""Measure restoration on pages broken as real dumps are. ``python -m tests.restoration`` prints the figures."""

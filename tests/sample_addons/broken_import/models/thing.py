"""Raises when imported, as the test of the loader wants."""

VALUE = 1 // 0

"""Broken on purpose: see its modules."""

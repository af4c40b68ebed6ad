"""Broken on purpose: it is part of a cycle."""

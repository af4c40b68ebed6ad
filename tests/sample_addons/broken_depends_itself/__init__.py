"""Broken on purpose: it depends on itself."""

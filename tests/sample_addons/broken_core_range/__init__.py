"""Broken on purpose: it needs another core."""

"""Broken on purpose: the manifest has no title."""

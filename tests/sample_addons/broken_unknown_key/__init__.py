"""Broken on purpose: the manifest has an unknown key."""

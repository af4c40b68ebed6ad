"""Broken on purpose: the manifest repeats a key."""

"""Broken on purpose: the version is no version."""

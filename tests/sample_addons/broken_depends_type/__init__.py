"""Broken on purpose: depends is no list."""

"""Broken on purpose: a bridge that connects nothing."""

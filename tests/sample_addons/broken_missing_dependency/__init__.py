"""Broken on purpose: it needs an addon that is not there."""

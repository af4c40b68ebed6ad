"""Broken on purpose: the version is a number to YAML."""

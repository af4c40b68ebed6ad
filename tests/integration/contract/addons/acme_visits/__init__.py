"""Visits to customers: who was where, and what came of it."""

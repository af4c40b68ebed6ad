"""Visits, for tests of the calendar."""

"""Joins sales and service: what was delivered is serviced."""

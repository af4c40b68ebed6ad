"""Requests for goods, which others approve."""

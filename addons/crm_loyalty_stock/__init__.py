"""Gifts that are redeemed for points leave stock, and come back when that is undone."""

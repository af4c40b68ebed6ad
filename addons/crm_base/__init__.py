"""Customers, their contacts and their levels: what every other CRM addon stands on."""

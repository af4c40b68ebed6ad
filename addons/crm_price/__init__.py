"""Suggested and lowest prices by customer type and region, and what happens when somebody sells below."""

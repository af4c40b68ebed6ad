"""Quotes go to the customer by mail: sending one is a follow-up, and marks it as sent."""

"""Brings records in from spreadsheets and out into them, whatever the model."""

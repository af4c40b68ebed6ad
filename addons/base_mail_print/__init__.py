"""Printed forms go along with mails about their records."""

"""Tests of mails that need processes of their own, and of the sample addon that messages and reminders know."""

"""Approval of changes of state of any object, by flows that the administrator defines."""

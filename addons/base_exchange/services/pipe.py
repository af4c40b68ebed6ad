"""What lies between us and the programs of their own that read and write spreadsheets."""

PIPE_BYTES = 1 << 20
"""Bytes under way: so much is read, or made, ahead of what is worked on. Any user of Linux may have that much."""

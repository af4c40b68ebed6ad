"""Checkers of this repository, run by ``make check``; each prints all its faults and says how many there were."""

"""The parts of the data layer that need no database."""

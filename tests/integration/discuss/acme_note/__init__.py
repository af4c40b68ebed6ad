"""Notes of a partner: models and rights, and no word of discussion."""

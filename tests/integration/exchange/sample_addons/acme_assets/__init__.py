"""Things a company owns. One model, and not a line for its import."""

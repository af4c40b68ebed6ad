"""A diary of visits: written by somebody who knows nothing but the hook."""

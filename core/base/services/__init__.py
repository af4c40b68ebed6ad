"""Business verbs of the built-in addon, one per file; they take the environment first and know no web request."""

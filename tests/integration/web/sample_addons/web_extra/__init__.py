"""More about customers of the web shop, for tests."""

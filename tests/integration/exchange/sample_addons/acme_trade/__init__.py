"""Partners and what refers to them in every way there is, for the tests of merging."""

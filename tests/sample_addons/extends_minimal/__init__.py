"""Extends a model and a selection of the other sample addon and implements its hook."""

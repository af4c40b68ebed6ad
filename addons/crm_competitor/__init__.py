"""Competitors: who they are, what they do, and what is won and lost against them."""

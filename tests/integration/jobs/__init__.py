"""Tests of background jobs on both databases."""

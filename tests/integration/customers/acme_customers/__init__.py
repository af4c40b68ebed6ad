"""Customers beside printing, statistics and import: an addon that brings nothing but their company."""

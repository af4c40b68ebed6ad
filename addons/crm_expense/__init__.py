"""Expenses: claims with lines, approved line by line, paid, and counted in the profit of contracts."""

"""What repairs know of money: what the customer pays becomes a receivable."""

"""Looking up prices, comparing lines with their lowest price, deciding what needs approval."""

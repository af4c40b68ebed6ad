"""What is done with products: converting between units, finding by what was typed or scanned."""

"""Sales below the lowest price, with who approved them."""

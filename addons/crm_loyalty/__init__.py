"""Points: customers earn them on orders and redeem them for goods."""

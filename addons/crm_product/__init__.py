"""Products, their categories, units of measure and barcodes: what is sold, bought, stored and serviced."""

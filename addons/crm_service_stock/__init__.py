"""What repairs know of stock: their parts are issued, and cost what stock says."""

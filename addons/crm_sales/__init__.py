"""Sales orders: what a customer buys, from draft to done."""

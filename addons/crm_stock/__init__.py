"""Stock: warehouses, documents with confirmation, the ledger and moving average cost."""

"""What sales know of approvals: who approved a quote or contract, and that money waits for it."""

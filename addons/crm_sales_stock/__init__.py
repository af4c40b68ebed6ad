"""Orders ask the warehouse for their goods; what the keeper confirms is delivered, and what it cost counts in the profit."""

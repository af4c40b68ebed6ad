"""Money: accounts with their cash book, currencies and rates, receivables and how they are settled."""

"""One object with an owner, a day, an amount and a kind; nothing else."""

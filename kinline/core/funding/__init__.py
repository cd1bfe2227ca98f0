"""Adding money to an account: what may be added, and by whose wish it may not."""

"""The ledger's rules: what an account is, what an entry is, and what a hold does."""

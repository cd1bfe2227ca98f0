"""What must be fast, measured; each beside its target."""

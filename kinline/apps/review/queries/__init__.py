"""Reads of review: `policies` and `stops` for the rooms above, `queue`, `item` ... for staff."""

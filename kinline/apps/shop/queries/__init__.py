"""Reads of the shop: `shelf` for people inside, `counter` for staff."""

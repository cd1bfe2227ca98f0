"""Writes of the facilities room, by intent: `calling` (rules by date), `stations` (devices)."""

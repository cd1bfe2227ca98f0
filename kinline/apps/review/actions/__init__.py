"""Writes of review: `submit` and `take_up` by the room a message is of, the rest by staff."""

"""Holding a visit: opening, its steps and its end as the engine tells them, passes, staff."""

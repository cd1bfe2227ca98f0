"""Calls as each audience sees them: `console` (staff), `portal` (contacts), `tablet` (inside)."""

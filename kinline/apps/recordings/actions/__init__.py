"""Writes of the recordings room: `grant` (begin, book), `listen`, `destroy`."""

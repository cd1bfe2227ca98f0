"""Written communication: its words, its limits, and what becomes of a message."""

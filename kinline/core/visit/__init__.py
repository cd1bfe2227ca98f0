"""A video visit: its words, its life and what is kept of it."""

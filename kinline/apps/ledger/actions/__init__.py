"""Writes of the books: post and reverse entries, set aside and let go. See the modules."""

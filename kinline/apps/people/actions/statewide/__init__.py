"""Attorneys, verified once for a whole state: asking, proving numbers, deciding, the photo."""

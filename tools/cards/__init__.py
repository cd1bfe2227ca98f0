"""Draws the eCards: `python -m tools.cards` writes web/img/cards/*.png, which are committed.

Each card is a function in `scenes.py` that gives SVG; Chromium draws it with the fonts of the
pages. Titles and words for those who cannot see it: kinline/doors/words/cards.py.
"""

"""The door for other programs: what a card company tells of by itself."""

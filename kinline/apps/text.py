"""Text as it comes in from outside, where anything may stand."""


def typed(text: str, longest: int = 1000) -> str:
    """What a person can have typed: no control characters (databases refuse some), not endless."""
    kept = (letter for letter in text if letter.isprintable() or letter == "\n")
    return "".join(kept).strip()[:longest]

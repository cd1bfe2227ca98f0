"""Words a telephone can send that are orders to us, not texts to anybody; in two languages.

The first row of each is what carriers of the United States ask for (CTIA, Messaging Principles and
Best Practices, section 5.1). Only a whole message counts: "stop by on Sunday" is a text.
"""

import unicodedata
from enum import StrEnum


class Order(StrEnum):
    """What a word asks for."""

    STOP = "stop"
    HELP = "help"
    START = "start"
    YES = "yes"


WORDS: dict[Order, dict[str, tuple[str, ...]]] = {
    Order.STOP: {
        "en": (
            "STOP",
            "STOPALL",
            "STOP ALL",
            "UNSUBSCRIBE",
            "CANCEL",
            "END",
            "QUIT",
            "REVOKE",
            "OPTOUT",
        ),
        "es": ("PARAR", "PARE", "ALTO", "BASTA", "CANCELAR", "BAJA", "DETENER", "FIN", "SALIR"),
    },
    Order.HELP: {"en": ("HELP", "INFO"), "es": ("AYUDA", "INFORMACION")},
    Order.START: {
        "en": ("START", "UNSTOP", "SUBSCRIBE", "JOIN"),
        "es": ("INICIAR", "EMPEZAR", "COMENZAR", "ALTA"),
    },
    Order.YES: {"en": ("YES", "Y"), "es": ("SI", "S")},
}
_ORDERS = {
    word: (order, language)
    for order, languages in WORDS.items()
    for language, words in languages.items()
    for word in words
}
_LONGEST = 40


def read(text: str) -> tuple[Order, str, str] | None:
    """The order, its language and the word as we know it; None for a text that is none.

    Case, accents, spaces and signs around do not matter.
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(
        char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)
    )
    word = " ".join(kept.upper().split())
    found = _ORDERS.get(word)
    return (*found, word) if found else None

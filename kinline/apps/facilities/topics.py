"""What a facility may tell everyone of how to reach it."""

from enum import StrEnum


class Topic(StrEnum):
    """A topic stands once; pages show them in this order."""

    QUESTIONS = "questions"
    TELEPHONE = "telephone"
    EMAIL = "email"
    ADDRESS = "address"
    EMERGENCY = "emergency"

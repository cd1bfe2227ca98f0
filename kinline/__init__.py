"""Kinline: communication between incarcerated people and the people outside."""

__version__ = "0.1.0"

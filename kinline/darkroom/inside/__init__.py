"""Run as a program only (`program.py`): nothing else in Kinline may import from here."""

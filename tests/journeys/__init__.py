"""Whole ways through the house, with the real program and real browsers."""

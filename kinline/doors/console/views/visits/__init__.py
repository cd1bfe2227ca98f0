"""Visits at the console: the day, requests, one visit, and what is set at a facility."""

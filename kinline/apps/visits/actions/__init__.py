"""Writes of visits, one file for each intent: `booking`, `changing`, `waiting`, `closing` ..."""

"""Signalling: the pages, their WebSockets, and the messages on them."""

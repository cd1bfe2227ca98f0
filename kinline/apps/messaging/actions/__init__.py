"""Writes of messaging, by intent: drafts, attaching, send, withdraw, settle, reading, texts ..."""

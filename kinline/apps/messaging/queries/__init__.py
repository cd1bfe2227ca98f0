"""Reads of messaging: `threads`, `thread` (one), `files`, `search`, `reading` (by reviewers)."""

"""Reads of messaging: `threads` (lists), `thread` (one), `files`, `search`, `reading` (reviewers)."""

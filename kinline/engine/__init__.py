"""The engine: rings, announces, carries and records calls. No Django, no tables, no law."""

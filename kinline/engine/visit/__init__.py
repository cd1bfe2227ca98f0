"""Video visits: one conversation for each, on the engine's own clock."""

"""Written messages as the two people who write them see them: one set of pages for two doors."""

"""The law as dated data. A lawyer reads the YAML; the loader refuses what does not hold."""

"""Mail between a person inside and their attorney. The console may not import this package.

It has types of its own: no findings, no mode of review and no reader but the two. What is written
is sealed from the first letter of the draft on, under a key file of its own (`sealing`).
"""

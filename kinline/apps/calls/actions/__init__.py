"""Writes of the calls room, by intent.

`authorize` (may it be made), `progress` and `finish` (what the engine tells), `alive` (leases,
presence, commands), `sweep` (calls whose engine is silent), `staff` (end a call), `passes`
(how a page comes to its engine), `names` (a person's own spoken name).
"""

"""Telephones: SIP in a process of its own, and the engine's end of the line to it."""

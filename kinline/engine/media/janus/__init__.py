"""Janus beside the engine: pictures and sound pass there, the decisions stay here.

Only copies for the recorder come back, over loopback and encrypted, to be sealed; Janus itself
writes nothing to any disk.
"""

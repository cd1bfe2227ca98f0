"""rtpengine beside the engine: sound passes there, the decisions stay here.

Only clear sound of recorded calls comes back, over loopback, to be sealed; none touches a disk.
"""

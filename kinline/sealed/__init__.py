"""Sound as it lies on disk: sealed tracks, their keys, and two tracks joined for playing.

Shared by the engine, which writes, and the recordings room, which reads; it leans on neither.
"""

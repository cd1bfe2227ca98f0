"""Where strangers' photos and films are opened: in a process of its own, with nothing to reach.

What this process imports (`photo`, `film`, `room`, `scan`) never parses a picture. What does
(`inside/`) is only ever run as a program: with limits on memory, time and files, no environment,
no network, and no folder but its own. What comes out is made anew; nothing of the old file is
carried over but what can be seen and heard.
"""

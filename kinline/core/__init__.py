"""The core decides: pure functions over frozen values, standard library only.

Nothing here reads a clock, a file, a socket or a setting; `now` is an argument.
"""

"""Rooms of video visits in the relay: encoded pictures and sound, passed on and never decoded."""

"""The conversations: a call from its ringing to its end, and the recording of a name."""

"""SMS: a port to a provider, consent, and the words a telephone can send."""

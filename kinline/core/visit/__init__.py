"""A video visit: its words, its states, its price, and the words that check a private one."""

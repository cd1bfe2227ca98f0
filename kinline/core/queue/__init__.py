"""Few phones and many people: whose turn it is, how long one waits, how many phones are needed."""

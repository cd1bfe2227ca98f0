"""The door for everyone: who are you, signing in, what each facility offers and what it costs."""

"""What staff type in. The rooms decide whether it is right; forms only read it."""

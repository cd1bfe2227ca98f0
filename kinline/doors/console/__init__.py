"""The door for staff: what happens now, what happened, and the rules of their own facilities."""

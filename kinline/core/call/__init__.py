"""A call's life: which state follows which event, and what must then be done."""

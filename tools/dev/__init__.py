"""What ./dev does, by intent. Only messages.py and bench.py need the checkout's environment."""

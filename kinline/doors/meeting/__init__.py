"""Meeting pages that the doors share: device check, waiting room, visit, end."""

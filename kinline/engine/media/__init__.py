"""Media: the port all engines answer to, and the embedded one."""

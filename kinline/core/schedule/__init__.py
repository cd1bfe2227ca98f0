"""When a visit can be: rules as dated data, free times, claims on them, and who waits for one."""

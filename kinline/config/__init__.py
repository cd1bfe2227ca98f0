"""Where the house is put together: settings, addresses, and the commands."""

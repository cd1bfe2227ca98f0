"""One module per page or group of pages; each view translates in, makes one call, translates out."""

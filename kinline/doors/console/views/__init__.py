"""One module a page: each view translates in, makes one call, translates out."""

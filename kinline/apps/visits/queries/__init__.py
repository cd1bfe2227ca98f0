"""Reads of visits: `calendar`, `visits` for both sides, `staff`, `entry` into a visit, `files`."""

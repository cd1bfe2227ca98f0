"""Writes of the shop: `keeping` and `catalogue` by staff, `buying`, `paying_back`."""

"""Booking a visit, as portal and tablet share it: the calendar, its times, a visit in words."""

"""Writes about visitors: asking and its pictures by the contact, deciding by staff, erasing."""

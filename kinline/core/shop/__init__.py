"""The tablet's shop: what may be sold, at what price, and when it may be used."""

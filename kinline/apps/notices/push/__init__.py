"""Web Push: browsers that may be told things while no page is open (RFC 8030, 8291, 8292)."""

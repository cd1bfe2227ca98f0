"""Cards: the port to a card company, the Stripe side of it, and how card data is taken."""

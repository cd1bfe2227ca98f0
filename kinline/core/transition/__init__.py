"""Old money: what was said of balances that a law made needless, and which rule guards them."""

"""Paying a balance back: what follows what, who must agree, and by which way the money goes."""

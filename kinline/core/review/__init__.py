"""Review of what is written: what stands out in it, who decides when, and how to appeal."""

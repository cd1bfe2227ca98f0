"""From usage to charge lines, and why: the rule in force, minute by minute."""

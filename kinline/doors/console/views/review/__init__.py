"""Review at the console: `queue`, `item`, `appeals`, `settings` (policies, stops), `figures`."""

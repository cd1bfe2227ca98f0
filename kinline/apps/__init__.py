"""The rooms remember: Django apps with models, actions, queries and access gates."""

"""The doors talk: one per audience. They call actions and queries, never models."""

"""The engines' door: one address per verb of kinline.core.control, for holders of its key."""

"""Commands that belong to the whole portal, and what they need."""

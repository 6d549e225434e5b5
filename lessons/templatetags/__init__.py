"""Template tags for plans."""

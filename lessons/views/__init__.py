"""Pages about lesson plans."""

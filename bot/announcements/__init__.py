"""Who hears a story, and in which words. Pure."""

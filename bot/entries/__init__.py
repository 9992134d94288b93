"""Items become entries: plain text, canonical links, and what is new among them. Pure."""

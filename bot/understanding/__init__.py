"""What an entry says: facts, each with the words that prove it. Pure."""

"""To be filled by this session."""

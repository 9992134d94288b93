"""The web face: health and readiness for now."""

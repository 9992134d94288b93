"""Where announcements go out. A kind declares what it can do; its contract tests that."""

"""What the bot costs, measured: ``make bench``. See docs/explanation/performance.md."""

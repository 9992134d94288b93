"""Starts the bot: ``python -m bot`` and ``alposs-bot`` are the same."""

from __future__ import annotations


def main() -> None:
    """The console script's entry point."""
    from bot.cli import run

    run()


if __name__ == "__main__":
    main()

"""Moments in the words of people, as every command says them."""

from __future__ import annotations

from bot.moments import moment

__all__ = ["moment"]

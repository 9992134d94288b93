"""Where news comes in. An :class:`~bot.sources.source.Item` is born here."""

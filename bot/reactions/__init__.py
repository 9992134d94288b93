"""What a tap on one of the bot's messages does: one file a kind of message."""

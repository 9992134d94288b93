"""One file per command: the same command for the terminal and for the chat."""

"""What waits to be sent, when it is tried again, how fast it goes out. Pure."""

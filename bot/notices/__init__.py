"""What admins are told without asking: in their room, or by a second way where it is closed."""

"""The running process: its configuration taken up anew, its log, its place among other workers."""

"""What is sent out: to whom, and what became of each message. Nothing here speaks to a server."""

"""What became of reports: the inbox, the state of all, one receipt, what people decide."""

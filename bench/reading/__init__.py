"""Reading files: how fast, how much of it right, beside other readers."""

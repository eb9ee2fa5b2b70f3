"""Who gets in, what they may do, and which rows are theirs."""

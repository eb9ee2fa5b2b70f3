"""A batch of files judged: the tables rules join, the rules run, each unexpected row traced to its cell."""

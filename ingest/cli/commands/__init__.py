"""The commands of `bbaj`, a file for each group of them. A command takes what was asked and returns an `Answer`."""

"""The columns of many files → one typed table, with the file and cell behind each row."""

"""Excel's binary workbooks (xls, xlsb): the records they are written in, and what only their records tell."""

"""Tables in texts that are no csv: web pages, Excel's XML of 2003, SYLK, DIF."""

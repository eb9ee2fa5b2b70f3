"""Number formats: what a cell shows that its number alone does not tell, in every kind of workbook."""

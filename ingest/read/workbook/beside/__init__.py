"""What stands beside the values of a workbook: comments, colours, explanations, what is hidden or merged."""

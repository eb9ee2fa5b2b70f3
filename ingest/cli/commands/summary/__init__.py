"""Commands about the ministry's summaries: one edition as files, and the list of them."""

"""What the pages say: translations of Superset, numbers and dates, pages for errors."""

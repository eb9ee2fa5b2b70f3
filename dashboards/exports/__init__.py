"""Files that readers take along from a chart: csv and xlsx that say by themselves what their figures are (ADR 43)."""

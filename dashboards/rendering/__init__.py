"""The definition rendered: what each chart, metric and dashboard is in the terms of Superset."""

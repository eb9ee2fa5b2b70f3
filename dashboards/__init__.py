"""Dashboards: one readable definition, rendered to Superset in Kazakh and in Russian, and what serves it."""

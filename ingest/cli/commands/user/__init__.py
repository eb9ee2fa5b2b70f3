"""Accounts of those who read the dashboards: opened, changed, ended, listed."""

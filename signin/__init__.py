"""Doors of the services: how often a wrong password may be tried, and how a first password becomes somebody's own.

Superset and Airflow both let people in through Flask-AppBuilder; this room gives both the same manners. It runs in
both environments, so it imports the standard library, Flask and Flask-AppBuilder alone.
"""

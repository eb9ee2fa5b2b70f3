"""How an installation stands: gauges, each of which measures one thing, and what is made of what they say.

In: a home, however damaged. Out: what was measured, in words of three languages, as a document, as alerts and metrics.
Nothing here writes into the home but what it remembers of its alerts. A gauge is a function of `gauges/`, its words and
limits stand in `ingest/words/health.yml`.
"""

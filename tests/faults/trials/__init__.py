"""Faults of the machine, injected one by one into a small country, each from a seed: `make faults`.

In: how many of each, a seed, a folder for what they need. Out: a line of JSON for each trial, and what did not hold. A
trial that was done is not done again, so that a run of hours may be interrupted and continued.

Every trial begins with the same country: two schools, a publication shown, and a week of files that wait in the drop
folder. Something dies, fills up or is done twice at once while one act of the way of a file is done. Then the way
is gone once more, undisturbed, and everything must be as if nothing had happened (`oracle`).
"""

"""Backups with restic: taken, restored, and tried every week.

`repositories`: where they go and under which passwords. `restic`: the program that keeps them. `databases`: consistent
copies of databases. `staging`: what a backup consists of, laid ready. `take`: a backup. `restore`: a home from it.
`drill` and `trial`: whether that works. `record`: what became of each.
"""

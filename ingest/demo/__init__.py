"""A synthetic country: invented schools, learners and reports over the real map of Kazakhstan.

In: a seed and a size. Out: the files that districts and schools would have sent, the moments at which they
would have sent them, and a plan that says what must become of each. Nobody in it exists: see `learners`.
"""

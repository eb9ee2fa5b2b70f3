"""One text as people write it → its value, or what stands in the way: dates, times, numbers, words of codelists."""

"""Work done in a process that may die of it: judging, marking. One asks, another does, a third begins the others."""

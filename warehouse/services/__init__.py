"""What runs the way of a file: intake, registers, checks, templates, rebuild, and the tasks of the clockwork."""

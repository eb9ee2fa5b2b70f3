"""Rules on a week of attendance. They read `class_day`, which the batch is aggregated to once."""

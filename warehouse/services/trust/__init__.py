"""What a published figure rests on, what moved between two publications, and how an earlier one is made again."""

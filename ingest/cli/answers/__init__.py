"""What several commands say alike: verdicts, reports, directives, troubles, what waits for a confirmation."""

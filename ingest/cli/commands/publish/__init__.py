"""From judged files to what readers see, and back."""

"""The ministry's summaries: editions made of what is published, held back where they would mislead, archived, sent."""

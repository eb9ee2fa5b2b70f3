"""What a person reads: findings, sentences, numbers inside them, in every language."""

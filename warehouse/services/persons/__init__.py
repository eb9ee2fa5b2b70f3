"""What is held of one person: to be told, to be put right by whoever reported it, to be erased."""

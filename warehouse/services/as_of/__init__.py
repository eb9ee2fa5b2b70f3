"""What counted at a moment that is past, built again beside what there is."""

"""Values with a meaning of their own: identifiers, letters, moments, periods."""

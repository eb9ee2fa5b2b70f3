"""What an installation decides: settings and directives."""

"""Rows of persons given to analysts for a written purpose: granted, listed, ended, and what was asked under them."""

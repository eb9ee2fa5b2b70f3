"""What is kept: identity vault, lake, builds and publications, each whole or not there at all."""

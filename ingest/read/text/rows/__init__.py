"""The characters of a text → rows of cells, quickly where it is regular, with repair where it is not."""

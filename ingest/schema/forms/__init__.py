"""Forms as authors write them: contracts, dictionaries, layouts, corrections; read and checked."""

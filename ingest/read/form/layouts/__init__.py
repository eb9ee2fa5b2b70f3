"""Tables of other shapes → the long form of the contract."""

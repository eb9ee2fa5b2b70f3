"""Characters nobody sees: whether a text holds any, and the text without them."""

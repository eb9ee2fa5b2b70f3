"""Which characters part, enclose and escape the cells of a text: candidates, how well each fits, the choice."""

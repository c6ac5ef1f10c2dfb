"""The one error that ends a run: its text names the file and ends with the remedy."""


class Undecided(Exception):
    """Could not decide (exit 2): bad input, a failed client, an input or output error."""


class Missing(Exception):
    """The closed set is not complete (exit 1)."""

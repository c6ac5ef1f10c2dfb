"""The errors that end a run; each text names the file or tool and ends with the remedy."""


class Undecided(Exception):
    """Could not decide or not do it (exit 2): bad input, a failed client, an input or output error."""


class Stopped(Exception):
    """Nothing is started any more: the run was interrupted."""


class Interrupted(BaseException):
    """A signal asks the run to end; not an `Exception`, so that no handler on the way swallows it."""

    def __init__(self, signal_number: int):
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number

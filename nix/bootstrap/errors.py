"""The errors that end a run; each text names the file or tool and ends with the remedy."""


class Undecided(Exception):
    """The run could not do its job or not tell the result (exit code 2): bad input, a failed client, an I/O error."""


class Stopped(Exception):
    """The run was interrupted, so it starts no more programs."""


class Interrupted(BaseException):
    """A signal asks the run to end. NB: not an `Exception`, so that no `except Exception` on the way swallows it."""

    def __init__(self, signal_number: int):
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number

"""What can go wrong on the knowledge floor: each error says whose fault it is and what to do next."""


class SignpostError(Exception):
    """An error meant for a person: ``str()`` is one clear sentence, ``next_step`` says what to do."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"


class PolicyUnreadable(SignpostError):
    """The document given cannot be read as a policy: the file's fault. Nothing that was published changes."""


class DataFault(SignpostError):
    """Signpost's own data (topics, lexicon, fitted weights) is wrong: our fault, found when it is loaded."""

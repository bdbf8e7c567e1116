"""What a person is told when a start cannot go on."""


class Refusal(Exception):
    """One clear sentence; the launcher prints it and ends with exit status 1."""

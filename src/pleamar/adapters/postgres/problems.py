"""The one exception of the embedded server: a code and facts for callers, a plain sentence for everyone else."""


class ServerProblem(Exception):
    """Something a person has to put right; `str()` says in one line what to do.

    Callers that speak another language word it from `code` and `facts`.
    """

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.facts: dict[str, str] = {name: str(value) for name, value in facts.items()}

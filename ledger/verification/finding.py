"""One thing that is not as it must be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A kind (a slug), what it concerns, and a sentence."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.sentence}"

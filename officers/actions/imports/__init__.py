"""Files of rows, from their upload to their undoing: `imports.take(...)`."""

from officers.actions.imports.checking import (
    FOLDER,
    GIVEN,
    TASK,
    cancel,
    check,
    describe,
    draft,
    give_up,
    taken_already,
    upload,
)
from officers.actions.imports.staging import (
    CHUNK,
    Staged,
    begin,
    judge,
    line_of,
    plan,
    progressed,
    stage,
    stated,
)
from officers.actions.imports.taking import go_on, recheck, stop, take, undo

__all__ = [
    "CHUNK",
    "FOLDER",
    "GIVEN",
    "TASK",
    "Staged",
    "begin",
    "cancel",
    "check",
    "describe",
    "draft",
    "give_up",
    "go_on",
    "judge",
    "line_of",
    "plan",
    "progressed",
    "recheck",
    "stage",
    "stated",
    "stop",
    "take",
    "taken_already",
    "undo",
    "upload",
]

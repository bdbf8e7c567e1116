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
from officers.actions.imports.staging import CHUNK, begin, judge, line_of, officer_of, stage, stated
from officers.actions.imports.taking import finish, recheck, take, undo

__all__ = [
    "CHUNK",
    "FOLDER",
    "GIVEN",
    "TASK",
    "begin",
    "cancel",
    "check",
    "describe",
    "draft",
    "finish",
    "give_up",
    "judge",
    "line_of",
    "officer_of",
    "recheck",
    "stage",
    "stated",
    "take",
    "taken_already",
    "undo",
    "upload",
]

"""What is wrong with a line or a row, as a sentence in the reader's language."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from officers.reckoning.lines import Problem

SENTENCES = {
    "not_screened": _("The kit does not screen for “%(value)s”."),
    "two_findings": _("“%(value)s” cannot be both non-negative and invalid."),
    "not_taken_but_screened": _("A test that was not taken cannot have a finding."),
    "absent_without_reason": _("Say why the officer was absent."),
    "reason_without_absence": _("A reason for absence belongs only to an officer who was absent."),
    "specimen_missing": _("A non-negative screen needs a specimen number."),
    "specimen_without_test": _("A test that was not taken has no specimen."),
    "specimen_used": _("The specimen number %(value)s was used for another test."),
    "specimen_twice": _("The specimen number %(value)s stands here twice (also in line %(other)s)."),
    "specimen_check_digits": _("%(value)s is no number of a label: its check digits are wrong."),
    "specimen_not_issued": _("The number %(value)s is of no label that was issued to this unit."),
    "specimen_spoiled": _("The label %(value)s is written down as spoiled."),
    "officer_missing": _("Name the officer by number."),
    "officer_unknown": _("No officer has the number “%(value)s”."),
    "officer_not_serving": _("Officer %(value)s is not in service."),
    "officer_twice": _("Officer %(value)s stands on the sheet already (line %(other)s)."),
    "officer_name_differs": _("Number %(value)s belongs to an officer of another name."),
    "own_test": _("Nobody administers his own test."),
    "in_command": _("Nobody administers the test of an officer whom he commands, or who commands him."),
    "unknown_choice": _("“%(value)s” is not one of the possible entries: %(choices)s."),
    "missing": _("This is missing."),
    "not_a_year": _("“%(value)s” is not a year of birth."),
    "not_a_date": _("“%(value)s” is not a date."),
    "unknown_unit": _("There is no unit with the code “%(value)s”."),
    "unit_out_of_reach": _("You do not keep the roll of unit %(value)s."),
    "unknown_rank": _("There is no rank “%(value)s”."),
    "number_twice": _("The service number %(value)s stands in the file twice (also in line %(other)s)."),
    "number_in_use": _("Another officer has the service number %(value)s."),
    "unit_closed": _("Unit %(value)s exists no more."),
    "in_the_future": _("The day cannot lie in the future."),
    "too_long": _("This is longer than %(limit)s characters."),
    "not_khmer": _("The name in Khmer must be written in Khmer letters."),
    "no_result": _("The test was taken, yet no result is written."),
    "surplus": _("There are more cells here than columns: perhaps a comma stands inside a text."),
    "another_day": _("The day %(value)s is not that of the sheet, %(other)s."),
    "another_unit": _("The file names the unit %(value)s, but it was uploaded for another."),
    "another_person": _(
        "Number %(value)s belongs to somebody of another name and another year of birth. Ask who is meant."
    ),
    "unit_outside": _("Unit %(value)s does not stand below the unit of this file."),
    "administrator_unknown": _("“%(value)s” is no administrator of this unit who can sign in."),
    "posting_later": _("The present posting began on %(value)s; a new one can only begin after it."),
    "kit_expired": _("The kit had expired on %(value)s, before the test."),
    "sheet_full": _("A sheet has at most %(limit)s lines; this one has more rows in the file."),
    "tested_already": _("Officer %(value)s has another entry for that day and unit, on sheet %(other)s."),
    "unit_not_administered": _("You do not administer tests for unit %(value)s."),
    "not_a_number": _("“%(value)s” is not a number, such as 250 or 1.0025. Write 0 where nothing was found."),
    "number_too_long": _("“%(value)s” has more digits than are kept."),
    "stage_without_value": _("A value and the analyte it is of belong together."),
    "differs_in_specimen": _("Another row of this specimen says something else here (line %(other)s)."),
    "analyte_twice": _("“%(value)s” stands twice for this specimen (also in line %(other)s)."),
    "flaw_with_values": _("A specimen that is rejected has no values."),
    "other_row": _("Another row of this specimen cannot be taken (line %(other)s)."),
    "laboratory_specimen_unknown": _("No specimen of this laboratory has the number %(value)s."),
    "laboratory_specimen_on_its_way": _("Specimen %(value)s was not received yet. Receive it first."),
    "laboratory_specimen_rejected": _("Specimen %(value)s was rejected for testing."),
    "laboratory_specimen_not_yours": _("You may not report specimen %(value)s."),
    "laboratory_reported_otherwise": _(
        "Specimen %(value)s was reported already, and not like this. Correct that report on its page, with the reason."
    ),
    "not_possible_now": _("This was possible when the file was checked, and is no more."),
    "moved": _("The officer serves in another unit (%(value)s); post him there first."),
}


#: A refusal of an action, kept word for word in both languages.
REFUSED = "refused"


def in_sql(field: str, code: str, **params: str) -> str:
    """A problem as a JSON expression, for a statement that judges many rows; each of `params` is an expression."""
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in params.items())
    return f"jsonb_build_object('field', '{field}', 'code', '{code}', 'params', jsonb_build_object({pairs}))"


def sentence(problem: Problem) -> str:
    if problem.code == REFUSED:
        return str(problem.params[get_language() or "km"])
    return str(SENTENCES[problem.code] % problem.params)


def refuse(problems: Iterable[Problem]) -> None:
    """:raises ValidationError: by field, if there is any problem"""
    fields: dict[str, list[ValidationError]] = {}
    for problem in problems:
        fields.setdefault(problem.field, []).append(_error(problem))
    if fields:
        raise ValidationError(fields)


def refuse_lines(problems: Sequence[Iterable[Problem]]) -> None:
    """As `refuse`, for many lines: each error's params carry `line`, its place counted from 1."""
    fields: dict[str, list[ValidationError]] = {}
    for line, of_line in enumerate(problems, start=1):
        for problem in of_line:
            fields.setdefault(problem.field, []).append(_error(problem, line=line))
    if fields:
        raise ValidationError(fields)


def _error(problem: Problem, **place: int) -> ValidationError:
    return ValidationError(SENTENCES[problem.code], code=problem.code, params={**problem.params, **place})


def needs_reason(reason: str) -> None:
    """:raises ValidationError: if it is empty"""
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})

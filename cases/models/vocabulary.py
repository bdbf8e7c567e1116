"""The words of a complaint. Codes as in the field's vocabulary; a category says who would have been meant by it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What is reported. Those of `BY_CITIZENS` are about people who are no officials."""

    DRUG_DEALING = "drug_dealing", _("Somebody sells drugs")
    DRUG_USE = "drug_use", _("Somebody uses drugs and needs help or harms others")
    TRAFFICKING_PLACE = "trafficking_place", _("A place where drugs are made, stored or sold")
    PRECURSOR = "precursor", _("Raw materials for making drugs")
    DRUG_USE_OFFICER = "drug_use_officer", _("A police officer uses drugs")
    DRUG_DEALING_OFFICER = "drug_dealing_officer", _("A police officer deals in drugs or protects dealers")
    INTERFERENCE = "interference", _("Somebody interfered in a drug case for a relative or friend")
    COLLUSION = "collusion", _("Officials work together with dealers")
    FAILURE_TO_ACT = "failure_to_act", _("I reported before, and nobody acted")
    FAILURE_TO_RECORD = "failure_to_record", _("My report was not written down")
    RETALIATION = "retaliation", _("Somebody was threatened or punished for a report")
    EXTORTION = "extortion", _("An official asked for money")
    MISUSE_OF_FORCE = "misuse_of_force", _("An officer used force without need")
    TEST_IRREGULARITY = "test_irregularity", _("A drug test was not done properly")
    SENIOR_OFFICIAL = "senior_official", _("A senior official who is not police")
    OTHER = "other", _("Something else")


C = Category
BY_CITIZENS = frozenset(c.value for c in (C.DRUG_DEALING, C.DRUG_USE, C.TRAFFICKING_PLACE, C.PRECURSOR))
#: To close one of these with nothing done needs a second person.
ABOUT_DRUGS = BY_CITIZENS | {c.value for c in (C.DRUG_USE_OFFICER, C.DRUG_DEALING_OFFICER, C.COLLUSION)}
#: About how a unit dealt with an earlier report: never handled by that unit.
IGNORED = frozenset({C.FAILURE_TO_ACT.value, C.FAILURE_TO_RECORD.value})


class Channel(models.TextChoices):
    WEB = "web", _("Public form")
    PHONE = "phone", _("Telephone")
    LETTER = "letter", _("Letter")
    WALK_IN = "walk_in", _("In person")
    SOCIAL_MEDIA = "social_media", _("Social media")
    REFERRAL = "referral", _("Partner organisation")


class HowKnown(models.TextChoices):
    SAW = "saw", _("I saw or heard it myself")
    HAPPENED = "happened", _("It happened to me")
    TOLD = "told", _("Somebody told me")
    OTHER = "other", _("In another way")


class Hidden(models.TextChoices):
    """From whom the reporter asks that a complaint be kept: the police of the place, up to a level."""

    NOBODY = "", _("Nobody in particular")
    COMMUNE = "commune", _("The police of my commune")
    DISTRICT = "district", _("The police of my commune and my district")


class Level(models.IntegerChoices):
    """The ladder a complaint climbs when nobody acts."""

    COMMUNE = 0, _("Commune")
    DISTRICT = 1, _("District")
    PROVINCE = 2, _("Province")
    GENERAL = 3, _("General commissariat or department")
    INSPECTORATE = 4, _("Inspectorate of the Ministry")


class ActionKind(models.TextChoices):
    """What counts as acting on a complaint. Opening, assigning, a note, a label or a letter does not."""

    VISITED = "visited", _("Visited the place")
    CHECKED = "checked", _("Checked the place or person")
    INTERVIEWED = "interviewed", _("Interviewed somebody")
    EVIDENCE_SECURED = "evidence_secured", _("Secured evidence")
    ARREST_OR_SEIZURE = "arrest_or_seizure", _("Arrest or seizure")
    REFERRED = "referred", _("Referred to a prosecutor or another authority")
    TEST_ORDERED = "test_ordered", _("Ordered a drug test")
    DECIDED = "decided", _("Decided on a measure")


class Finding(models.TextChoices):
    SUBSTANTIATED = "substantiated", _("Substantiated")
    PARTLY_SUBSTANTIATED = "partly_substantiated", _("Partly substantiated")
    NOT_SUBSTANTIATED = "not_substantiated", _("Not substantiated")
    UNFOUNDED = "unfounded", _("Unfounded")
    EXONERATED = "exonerated", _("Exonerated")
    INSUFFICIENT_INFORMATION = "insufficient_information", _("Insufficient information")
    NO_JURISDICTION = "no_jurisdiction", _("No jurisdiction")


#: Findings on which a complaint may carry a ground of a case.
SUBSTANTIATED = (Finding.SUBSTANTIATED, Finding.PARTLY_SUBSTANTIATED)


class ClosureReason(models.TextChoices):
    RESOLVED_ACTION_TAKEN = "resolved_action_taken", _("Resolved, action was taken")
    REFERRED_PROSECUTOR = "referred_prosecutor", _("Referred to the prosecutor")
    REFERRED_TREATMENT = "referred_treatment", _("Referred to treatment")
    NO_EVIDENCE = "no_evidence", _("No evidence was found")
    DUPLICATE = "duplicate", _("The same was reported before")
    WITHDRAWN = "withdrawn_and_not_in_public_interest", _("Withdrawn, and no public interest to go on")
    OUT_OF_SCOPE = "out_of_scope", _("Not a matter for the police")
    UNREACHABLE_ANONYMOUS = "unreachable_anonymous", _("More was needed, and the reporter cannot be reached")


R = ClosureReason
#: Closing for one of these is "no action".
WITHOUT_ACTION = frozenset(
    r.value for r in (R.NO_EVIDENCE, R.DUPLICATE, R.WITHDRAWN, R.OUT_OF_SCOPE, R.UNREACHABLE_ANONYMOUS)
)


class PauseReason(models.TextChoices):
    COURT = "court", _("A court or prosecutor has the matter")
    LABORATORY = "laboratory", _("A laboratory's result is awaited")
    REPORTER = "reporter", _("The reporter was asked for something")
    SECURITY = "security", _("An operation would be put at risk")

"""How a Django form comes out: the design system's markup, errors tied to their fields."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import Context, Template
from django.utils.translation import override

from foundation.web.fields import DayField, MomentField
from foundation.web.panels import chosen

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


class Line(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    day = DayField(label="Day")
    screen = forms.ChoiceField(
        label="Screen",
        choices=[("N", "Negative"), ("P", "Not negative")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
    )
    unit = forms.ChoiceField(label="Unit", choices=[("1", "One")], required=False)
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea)
    secret = forms.CharField(label="Secret", required=False, widget=forms.PasswordInput)
    sure = forms.BooleanField(label="Sure")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise ValidationError("The totals differ.")


def rendered(source: str, **context: object) -> str:
    with override("en"):
        return Template("{% load web %}" + source).render(Context(context))


def test_a_field_carries_its_label_hint_and_classes():
    html = rendered("{{ form.name.as_field_group }}", form=Line())

    assert '<label class="govuk-label govuk-label--s" for="id_name">Name</label>' in html
    assert '<div id="id_name_helptext" class="govuk-hint">As on the card</div>' in html
    assert 'class="govuk-input"' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert "required" not in html


def test_a_wrong_field_says_so_to_eye_and_ear():
    html = rendered("{{ form.name.as_field_group }}", form=Line({}))

    assert "govuk-form-group--error" in html
    assert "govuk-input--error" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert "This field is required." in html


def test_choices_stand_in_a_fieldset_that_is_described_by_its_error():
    html = rendered("{{ form.screen.as_field_group }}", form=Line({}))

    assert '<fieldset class="govuk-fieldset" aria-describedby="id_screen_error">' in html
    assert "govuk-fieldset__legend" in html
    assert '<div class="govuk-radios govuk-radios--inline"' in html
    assert html.count('class="govuk-radios__input"') == 2
    assert '<label class="govuk-label govuk-radios__label" for="id_screen_1">Not negative</label>' in html


def test_what_may_be_left_out_says_so_unless_everything_may():
    form = Line()
    assert "(optional)" in rendered("{{ form.remark.as_field_group }}", form=form)
    assert "(optional)" not in rendered("{{ form.name.as_field_group }}", form=form)

    form.mark_optional = False
    assert "(optional)" not in rendered("{{ form.remark.as_field_group }}", form=form)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("unit", 'class="govuk-select"'),
        ("remark", 'class="govuk-textarea"'),
        ("secret", 'data-module="govuk-password-input"'),
        ("sure", 'class="govuk-checkboxes__input"'),
        ("day", 'class="govuk-input govuk-input--width-10"'),
    ],
)
def test_each_kind_of_field_has_the_markup_of_its_kind(name, expected):
    assert expected in rendered("{{ field.as_field_group }}", field=Line()[name])


def test_the_summary_names_each_field_and_leads_to_it():
    html = rendered("{% error_summary form %}", form=Line({}))

    assert 'role="alert"' in html
    assert "<li>The totals differ.</li>" in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_screen_0">Screen: This field is required.</a>' in html


def test_a_form_with_a_summary_above_it_prints_no_second_one():
    alone = rendered("{{ form }}", form=Line({}))
    below = rendered("{% error_summary form %}{{ form }}", form=Line({}))

    assert alone.count("There is a problem") == 1
    assert below.count("There is a problem") == 1
    assert '<input type="hidden" name="version"' in below


def test_what_people_typed_is_escaped():
    html = rendered("{{ form }}", form=Line({"name": '"><script>alert(1)</script>'}))
    assert "<script>" not in html


@pytest.mark.parametrize("typed", ["22/11/2026", "22-11-2026", "២២/១១/២០២៦", "22/11/2569", "2026-11-22"])
def test_a_day_is_read_however_it_is_written_here(typed):
    assert DayField().clean(typed) == date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["31/2/2026", "yesterday", "22/11"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValidationError):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["22/11/2026 14:05", "២២/១១/២០២៦ ១៤:០៥", "2026-11-22T14:05"])
def test_a_moment_is_read_in_the_time_of_phnom_penh(typed):
    assert MomentField().clean(typed) == datetime(2026, 11, 22, 14, 5, tzinfo=PHNOM_PENH)


@pytest.mark.parametrize("typed", ["22/11/2026", "14:05", "22/11/2026 25:00"])
def test_half_a_moment_is_refused(typed):
    with pytest.raises(ValidationError):
        MomentField().clean(typed)


def test_a_moment_comes_back_the_way_it_was_typed():
    class Taken(forms.Form):
        at = MomentField(label="Taken at")

    at = datetime(2026, 11, 22, 7, 5, tzinfo=ZoneInfo("UTC"))
    assert 'value="22/11/2026 14:05"' in rendered("{{ form.at }}", form=Taken(initial={"at": at}))


class Filter(forms.Form):
    q = forms.CharField(label="Name", required=False)
    status = forms.MultipleChoiceField(label="Status", required=False, choices=[("O", "Open"), ("S", "Sent")])
    since = DayField(label="Since", required=False)


def test_each_chosen_filter_has_an_address_that_takes_only_it_away():
    query = QueryDict("q=sok&status=O&status=S&after=xyz&since=")

    found = {one.text: one.url for one in chosen(Filter(query), query)}

    assert found == {
        "sok": "?status=O&status=S&since=",
        "Open": "?q=sok&status=S&since=",
        "Sent": "?q=sok&status=O&since=",
    }


def test_a_filter_value_that_means_nothing_is_not_shown_as_chosen():
    query = QueryDict("status=X&since=never")
    assert list(chosen(Filter(query), query)) == []

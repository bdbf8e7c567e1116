import pytest

from config import catalogues


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "CHECKOUT", tmp_path)
    (tmp_path / "officers").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "officers" / "forms.py").write_text(
        "from django.utils.translation import gettext_lazy as _, pgettext\n"
        'label = _("Seal %(number)s")\n'
        'other = pgettext("noun", "Screen")\n'
        "unknown = _(label)\n"
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}\n  <h1>{% translate 'Sheets' %}</h1>\n"
        "    {% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}\n"
    )
    return tmp_path


def write(checkout, *pairs):
    path = catalogues.path_of("km")
    path.parent.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: km\\n"\n\n'
    path.write_text(head + "\n".join(pairs))


WHOLE = (
    '#, python-format\nmsgid "Seal %(number)s"\nmsgstr "ត្រា %(number)s"\n',
    'msgctxt "noun"\nmsgid "Screen"\nmsgstr "ការពិនិត្យ"\n',
    'msgid "Sheets"\nmsgstr "បញ្ជី"\n',
    '#, python-format\nmsgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s ជួរ"\n',
)


def test_a_whole_catalogue_has_no_faults(checkout):
    write(checkout, *WHOLE)
    assert catalogues.check_all() == []


def test_what_is_not_translated_is_named_from_code_and_from_templates(checkout):
    assert len(catalogues.check_all()) == 4


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('#, fuzzy\nmsgid "Sheets"\nmsgstr "បញ្ជី"\n', "fuzzy"),
        ('msgid "Sheets"\nmsgstr ""\n', "not translated"),
    ],
)
def test_a_fault_is_named(checkout, line, fault):
    write(checkout, *WHOLE[:2], line, WHOLE[3])
    assert catalogues.check_all() == [f"km: {fault}: 'Sheets'"]


def test_a_placeholder_that_is_missing_is_named(checkout):
    write(checkout, '#, python-format\nmsgid "Seal %(number)s"\nmsgstr "ត្រា"\n', *WHOLE[1:])
    assert catalogues.check_all() == ["km: other placeholders: 'Seal %(number)s'"]


def test_an_update_keeps_what_was_translated_and_drops_what_nobody_asks_for(checkout):
    write(checkout, *WHOLE[:2], 'msgid "Nobody asks"\nmsgstr "គ្មាន"\n')
    catalogues.update_all()
    text = catalogues.path_of("km").read_text()
    assert "ត្រា %(number)s" in text
    assert "Nobody asks" not in text
    assert 'msgid "Sheets"\nmsgstr ""' in text


def test_an_update_of_an_unchanged_checkout_changes_nothing(checkout):
    catalogues.update_all()
    before = catalogues.path_of("km").read_bytes()
    catalogues.update_all()
    assert catalogues.path_of("km").read_bytes() == before


def test_a_catalogue_is_compiled_once_until_it_changes(checkout):
    write(checkout, *WHOLE)
    catalogues.compile_all()
    compiled = catalogues.path_of("km").with_suffix(".mo")
    first = compiled.stat().st_mtime_ns
    catalogues.compile_all()
    assert compiled.stat().st_mtime_ns == first

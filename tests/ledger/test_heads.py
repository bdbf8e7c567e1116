import pytest

from ledger.sealing import Head


@pytest.mark.parametrize("text", ["", "x", "1:", "1:zz", f"1:{'0' * 63}", f"one:{'0' * 64}", f":{'0' * 64}"])
def test_what_is_not_a_head_is_refused(text):
    with pytest.raises((ValueError, IndexError)):
        Head.parse(text)


def test_a_head_is_written_as_it_is_read():
    assert Head.parse(f" {'7:' + 'ab' * 32} \n") == Head(7, bytes.fromhex("ab" * 32))
    assert str(Head(7, bytes.fromhex("ab" * 32))) == f"7:{'ab' * 32}"

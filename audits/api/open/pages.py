"""Answers in JSON: pages of a collection, one row, pages of the feed."""

import json
from typing import Any

from audits.api.open import asking, statements
from audits.api.open.answers import Answer, Environ, State, encoding_of, is_conditional, not_modified, whole
from audits.api.open.asking import Asked, query_of
from audits.api.open.connections import ask, through_django
from audits.api.open.refusals import nothing
from audits.queries import open_figures
from ledger import clock


def collection(environ: Environ, name: str) -> Answer:
    """A page of rows, in the order of their keys."""
    asked = asking.rows(name, f"{name}/", query_of(environ), paged=True)
    encoding = encoding_of(environ)
    if known := _rendered.fresh(environ, asked, encoding, statements.last_of(name)):
        return known
    data, following, seq, on = ask(*statements.page(name, asked))
    return _page(environ, asked, encoding, data, following, State(seq, on), {"collection": name})


def row(environ: Environ, name: str, key: str) -> Answer:
    """One row; 404 if there is none, whether or not there ever was."""
    asked = asking.alone(f"{name}/{key}/", query_of(environ))
    if len(key) > asking.LONGEST_VALUE or not key.isprintable():
        raise nothing()
    data, seq, on = ask(*statements.row(name, key))
    if data is None:
        raise nothing()
    state, encoding = State(seq, on), encoding_of(environ)
    if is_conditional(environ) and (known := not_modified(environ, state, asked.address, encoding)):
        return known
    body = b'{"data":%b,"meta":%b}' % (data, _meta(state, asked, {"collection": name}))
    return whole(environ, state, asked.address, encoding, body)


def changes(environ: Environ) -> Answer:
    """A page of the feed, in the order in which things changed."""
    asked = asking.changes("changes/", query_of(environ), paged=True)
    encoding = encoding_of(environ)
    if known := _rendered.fresh(environ, asked, encoding, statements.LAST_OF_ALL):
        return known
    data, following, seq, on = ask(*statements.changes(asked))
    state = State(seq, on)
    return _page(environ, asked, encoding, data, following, state, {"last_seq": state.seq})


def figures(environ: Environ) -> Answer:
    """Published figures as of a day."""
    asked, day = asking.one_day("figures/", query_of(environ), clock.today())
    encoding = encoding_of(environ)
    if known := _rendered.fresh(environ, asked, encoding, statements.LAST_OF_ALL):
        return known
    while True:
        before = State(*ask(statements.LAST_OF_ALL))
        data = json.dumps(through_django(lambda: open_figures.figures(day)), ensure_ascii=False).encode()
        state = State(*ask(statements.LAST_OF_ALL))
        if state.seq == before.seq:  # else some were counted before a change, and some after
            break
    body = b'{"data":%b,"meta":%b}' % (data, _meta(state, asked, {}))
    return _rendered.keep(asked, encoding, whole(environ, state, asked.address, encoding, body))


def _page(
    environ: Environ,
    asked: Asked,
    encoding: str,
    data: bytes | None,
    following: bytes | None,
    state: State,
    about: dict[str, Any],
) -> Answer:
    links, following_page = {}, b"null"
    if following is not None:
        address = asked.address_after(following.decode())
        links = {"Link": f'<{address}>; rel="next"'}
        following_page = json.dumps(address).encode()
    body = b'{"data":[%b],"next":%b,"meta":%b}' % (data or b"", following_page, _meta(state, asked, about))
    return _rendered.keep(asked, encoding, whole(environ, state, asked.address, encoding, body, **links))


class _Rendered:
    """What was rendered lately, to be given out again while nothing has changed.

    A page that many ask for is made once; where nobody asked before, nothing is looked up.
    """

    MOST, LARGEST = 256, 64 * 1024

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], Answer] = {}

    def fresh(self, environ: Environ, asked: Asked, encoding: str, last: str) -> Answer | None:
        """304, or the page as it was made, if nothing has changed since; None to make it anew.

        :param last: the statement for the last change
        """
        known = self._answers.get((asked.address, encoding))
        if known is None and not is_conditional(environ):
            return None
        state = State(*ask(last))
        if is_conditional(environ) and (same := not_modified(environ, state, asked.address, encoding)):
            return same
        if known is None or known.headers["ETag"] != state.tag(asked.address, encoding):
            return None
        return Answer(200, {**known.headers, "Last-Modified": state.last_modified()}, known.body)

    def keep(self, asked: Asked, encoding: str, answer: Answer) -> Answer:
        if len(answer.body) <= self.LARGEST and "Last-Modified" in answer.headers:
            if len(self._answers) >= self.MOST:
                self._answers.clear()
            self._answers[asked.address, encoding] = Answer(200, dict(answer.headers), answer.body)
        return answer


_rendered = _Rendered()


def _meta(state: State, asked: Asked, about: dict[str, Any]) -> bytes:
    told = {**about, "as_of": state.on, "seq": state.seq, "query": asked.address}
    return json.dumps(told, ensure_ascii=False).encode()

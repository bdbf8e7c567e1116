"""A client as it should be: it sends a request again under its key until it has an answer."""

import http.client
import json
import random
import threading
import time
from typing import Any
from uuid import UUID

from tests.kills.journal import Asked, Journal

V1 = "/api/v1/"
PATIENCE = 240  # seconds for one request
TIMEOUT = 30  # seconds for one answer
LONGEST_PAUSE = 5.0
TRIES = 30
CONFLICTS = 40  # a twin that a killed web server left behind is under way no longer than this many pauses


class Client:
    """One thread's. `stop` ends its pauses; a request under way is asked to its end."""

    def __init__(self, name: str, port: int, secret: str, journal: Journal, random_: random.Random) -> None:
        self.name = name
        self.port = port
        self.secret = secret
        self.journal = journal
        self.random = random_
        self.stop = threading.Event()
        self._number = 0

    def mark(self, what: str) -> str:
        self._number += 1
        return f"{self.name}-{what}-{self._number}"

    def post(
        self, what: str, path: str, body: dict[str, Any], *, mark: str = "", keyed: bool = True
    ) -> Asked:
        return self.ask(self.prepared(what, path, body, mark=mark, keyed=keyed))

    def prepared(
        self, what: str, path: str, body: dict[str, Any], *, mark: str = "", keyed: bool = True
    ) -> Asked:
        """A request that was not sent yet. Without a key it is sent once: whoever got no answer cannot know."""
        key = self._random_word() if keyed else None
        return Asked(self.name, what, V1 + path, json.dumps(body).encode(), "application/json", key, mark)

    def upload(self, path: str, name: str, content: bytes, *, again: bool = False, **fields: Any) -> Asked:
        """`again`: not the first upload of this file, so that its name is no mark."""
        boundary = self._random_word()
        parts = [_part(boundary, f'name="{field}"', str(value).encode()) for field, value in fields.items()]
        parts.append(_part(boundary, f'name="file"; filename="{name}"', content))
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        what = "upload again" if again else "upload"
        media_type = f"multipart/form-data; boundary={boundary}"
        return self.ask(Asked(self.name, what, V1 + path, body, media_type, self._random_word(), name))

    def _random_word(self) -> str:
        return UUID(int=self.random.getrandbits(128)).hex

    def ask(self, asked: Asked) -> Asked:
        """Send a request until it is answered."""
        self.journal.begin(asked)
        try:
            self._ask(asked)
        finally:
            self.journal.end(asked)
        return asked

    def send_unheard(self, asked: Asked) -> http.client.HTTPConnection:
        """Send a request and never read what comes back; the caller closes the connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        connection.request("POST", asked.path, asked.body, self._headers(asked))
        return connection

    def _ask(self, asked: Asked) -> None:
        end, conflicts = time.monotonic() + PATIENCE, 0
        while True:
            asked.attempts += 1
            answer = self._once("POST", asked.path, asked.body, self._headers(asked))
            if answer is not None:
                asked.status, headers, asked.answer = answer
                if asked.status < 300:
                    asked.outcome, asked.replayed = "acknowledged", "Idempotency-Replayed" in headers
                    return
                self.journal.count(f"answered {asked.status}")
                if asked.status >= 500 and asked.status != 503:
                    self.journal.fault(
                        f"{asked.what} {asked.path} was answered {asked.status}: {asked.answer}"
                    )
                conflicts += asked.status == 409
                if (asked.status not in (409, 429) and asked.status < 500) or conflicts > CONFLICTS:
                    asked.outcome = "refused"
                    return
                pause = min(float(headers.get("Retry-After", 0.3)), LONGEST_PAUSE)
                certain = asked.status < 500
            else:
                self.journal.count("no answer")
                pause, certain = 0.2, False
            if asked.key is None and not certain:
                return
            if time.monotonic() > end:
                self.journal.fault(f"{asked.what} {asked.path} got no answer in {PATIENCE} seconds")
                return
            time.sleep(pause * self.random.uniform(0.7, 1.3))  # as the server asked, or a moment

    def _headers(self, asked: Asked) -> dict[str, str]:
        headers = {**self._reading, "Content-Type": asked.media_type}
        return headers | {"Idempotency-Key": asked.key} if asked.key else headers

    @property
    def _reading(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"}

    def again(self, asked: Asked) -> tuple[int, bool, Any]:
        """The same request under its key, once more: status, whether replayed, body.

        :raises LookupError: if there is no answer
        """
        for _try in range(TRIES):
            answer = self._once("POST", asked.path, asked.body, self._headers(asked))
            if answer is not None and answer[0] != 429:
                return answer[0], "Idempotency-Replayed" in answer[1], answer[2]
            time.sleep(LONGEST_PAUSE)  # the limit lets it through soon
        raise LookupError(f"{asked.what} {asked.path} got no answer when it was sent again")

    def get(self, path: str) -> Any:
        """The body; asked again until it comes.

        :raises PermissionError: if the key does not reach there
        :raises LookupError: if it is refused otherwise, or does not come
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self._once("GET", path if path.startswith("/") else V1 + path, b"", self._reading)
            if answer is not None and answer[0] == 200:
                return answer[2]
            if answer is not None and answer[0] == 403:
                raise PermissionError(path)
            if answer is not None and answer[0] not in (429, 503):
                raise LookupError(f"{path} was answered {answer[0]}: {answer[2]}")
            time.sleep(1.0 if answer is None else float(answer[1].get("Retry-After", 1)))  # as it asked
        raise LookupError(f"{path} got no answer in {PATIENCE} seconds")

    def _once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """Status, headers and body; None if no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, _decoded(answer.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return body.decode(errors="replace")[:500]


def _part(boundary: str, disposition: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"

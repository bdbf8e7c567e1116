"""Asking ClamAV's daemon about a file, in its own protocol (clamd(8), INSTREAM): the file goes over the socket.

The clients on PyPI are not kept any more, and this is all of it.
"""

import socket
import struct
from contextlib import closing
from urllib.parse import urlsplit

_PIECE = 64 * 1024
#: Seconds for each step of the conversation; clamd's own ReadTimeout is 120.
PATIENCE = 30
_LONGEST_ANSWER = 4096


class Unanswered(Exception):
    """Nobody answered, or not whether the file is clean: it has to be asked again."""


def ask(address: str, content: bytes) -> str:
    """What clamd finds in a file: the name of it, or nothing where it is clean.

    :param address: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`
    :raises Unanswered: if it cannot be reached, or refuses to look (a file beyond its StreamMaxLength)
    """
    try:
        with closing(_connected(address)) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                clamd.sendall(struct.pack("!L", len(piece)) + piece)
            clamd.sendall(struct.pack("!L", 0))
            answer = _answer(clamd)
    except (OSError, ValueError) as error:
        raise Unanswered(type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND") or "?"
    raise Unanswered(answer[:100])


def _connected(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(PATIENCE)
        try:
            clamd.connect(where.path)
        except BaseException:
            clamd.close()
            raise
        return clamd
    if where.scheme != "tcp" or not where.hostname:
        raise ValueError("an address of clamd begins with tcp:// or unix://")
    return socket.create_connection((where.hostname, where.port or 3310), PATIENCE)


def _answer(clamd: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        piece = clamd.recv(1024)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()

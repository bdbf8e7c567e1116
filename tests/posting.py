"""A mail server of a test's own, as much of one as it takes to refuse."""

from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread


class _Post(StreamRequestHandler):
    """Refuses whose address begins with `bad`, and the mail for whose begins with `broken`, after it was read. Where
    it begins with `hang`, the first mail is taken and never answered.
    """

    def handle(self):
        self._say(220)
        to = ""
        while line := self.rfile.readline().decode().strip().upper():
            word = line.partition(" ")[0]
            if word == "QUIT":
                self._say(221)
                return
            if word == "RCPT":
                to = line
                self.server.asked.append(line)
            if word == "DATA":
                self._say(354)
                while self.rfile.readline() != b".\r\n":
                    pass
                if "<HANG" in to and not self.server.hangs.is_set():
                    self.server.hangs.set()
                    self.rfile.read()  # until whoever waits for an answer is gone
                    return
                self._say(554 if "<BROKEN" in to else 250)
                continue
            self._say(550 if word == "RCPT" and "<BAD" in line else 250)

    def _say(self, code):
        self.wfile.write(f"{code} .\r\n".encode())


@contextmanager
def serving():
    """On a port of the loopback; `asked` has each recipient it was asked for."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Post) as server:
        server.daemon_threads, server.asked, server.hangs = True, [], Event()
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def through(settings, port):
    backend = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": port}}}

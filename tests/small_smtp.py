"""A mail server of a hundred lines, for tests: takes mails, offers TLS where it has a certificate, answers what it is told to."""

import base64
import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.secure, self.user, self.envelope = False, None, []
        self.say("220 small.example ready")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            self.server.heard.append((verb.upper(), self.secure))
            answer = getattr(self, f"do_{verb.lower()}", None)
            if answer is None:
                self.say("500 what?")
            elif answer(rest) == "end":
                return

    def finish(self):
        super().finish()
        if self.secure:
            self.request.close()

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def do_ehlo(self, _rest):
        offered = ["small.example"]
        if self.server.context is not None and not self.secure:
            offered.append("STARTTLS")
        if self.server.users:
            offered.append("AUTH PLAIN")
        for place, one in enumerate(offered):
            self.say(f"250{' ' if place == len(offered) - 1 else '-'}{one}")

    def do_starttls(self, _rest):
        self.say("220 go ahead")
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
        self.secure = True

    def do_auth(self, rest):
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        if self.server.users.get(user) == password:
            self.user = user
            self.say("235 welcome")
        else:
            self.say("535 no")

    def do_mail(self, rest):
        self.envelope = [rest]
        self.say("250 ok")

    def do_rcpt(self, rest):
        answer = self.server.answers.pop(0) if self.server.answers else "250 ok"
        self.envelope.append(rest)
        self.say(answer)

    def do_data(self, _rest):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append((self.envelope, b"".join(lines), self.secure, self.user))
        self.say("250 taken")

    def do_rset(self, _rest):
        self.say("250 ok")

    def do_quit(self, _rest):
        self.say("221 bye")
        return "end"


class SmallSmtp(socketserver.ThreadingTCPServer):
    """Use it in a ``with``; ``mails`` are (envelope, bytes, whether encrypted, user), ``heard`` the verbs."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, context=None, users=None, answers=()):
        super().__init__(("127.0.0.1", 0), _Session)
        self.context, self.users, self.answers = context, users or {}, list(answers)
        self.mails, self.heard = [], []

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *problem):
        self.shutdown()
        self.server_close()

    def handle_error(self, _request, _address):
        """A client that hangs up is no error of a test."""

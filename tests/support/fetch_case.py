"""A local server in place of a public one, for tests of the scripts that download scores."""

import contextlib
import http.server
import io
import os
import tempfile
import threading
import unittest

import fetching


class QuietHandler(http.server.BaseHTTPRequestHandler):
    """Sends answers, and logs nothing."""

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class FetchCase(unittest.TestCase):
    """Serves with `handler` and runs `script`; waits are noted in self.waits and not waited.

    What was asked stands in server.requests; server.faults are for the handler: by number of the request.
    """

    handler = script = None

    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        self.server.daemon_threads = True
        self.server.requests, self.server.faults = [], {}
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.folder = tempfile.TemporaryDirectory()
        self.output = os.path.join(self.folder.name, "scores.csv")
        self.waits = []
        self.saved_sleep, fetching.time.sleep = fetching.time.sleep, self.waits.append

    def tearDown(self):
        fetching.time.sleep = self.saved_sleep
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def run_fetch(self, *further):
        self.messages, self.printed = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(self.messages), contextlib.redirect_stdout(self.printed):
            return self.script.main(["-o", self.output, "--base-url", f"http://127.0.0.1:{self.server.server_port}",
                                     "--retries", "3", "--timeout", "10", *further])

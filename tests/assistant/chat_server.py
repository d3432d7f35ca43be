"""A real HTTP server on this machine that speaks a chat model's protocol, by script.

OpenAI's chat completions, or what Ollama or Anthropic speak. Each request takes the next `Reply`
of the script, the last one again and again. What was asked is kept in `requests`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    `pieces` are streamed as deltas; `raw` is sent as it is in place of them; `cut` breaks the
    connection off after them.
    """

    pieces: Sequence[str] = ()
    status: int = 200
    wait: float = 0.0
    between: float = 0.0
    cut: bool = False
    raw: bytes = b""


@dataclass
class ChatServer:
    """The running server: its address, the script, and the requests so far."""

    base_url: str
    script: list[Reply] = field(default_factory=list)
    requests: list[dict] = field(default_factory=list)

    def next_reply(self) -> Reply:
        """The reply to the request that was just recorded."""
        return self.script[min(len(self.requests), len(self.script)) - 1]


def chunk(text: str, finish: str | None = None) -> bytes:
    """One server-sent event with a piece of the answer."""
    body = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "test",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def _json(body: dict) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _ollama(text: str, done: bool = False) -> bytes:
    message = {"role": "assistant", "content": text}
    return _json({"model": "test", "message": message, "done": done}) + b"\n"


def _anthropic(kind: str, **body: object) -> bytes:
    return f"event: {kind}\n".encode() + b"data: " + _json({"type": kind, **body}) + b"\n\n"


_MESSAGE = {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "test",
            "stop_reason": None, "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip


@dataclass(frozen=True)
class Protocol:
    """How a reply is written: what comes first, each piece, what comes last; where it is asked."""

    begin: bytes
    piece: Callable[[str], bytes]
    end: bytes
    path: str = ""
    content_type: str = "text/event-stream"


OPENAI = Protocol(b"", chunk, chunk("", "stop") + b"data: [DONE]\n\n", path="/v1")
OLLAMA = Protocol(b"", _ollama, _ollama("", done=True), content_type="application/x-ndjson")
ANTHROPIC = Protocol(
    _anthropic("message_start", message=_MESSAGE)
    + _anthropic("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    lambda text: _anthropic(
        "content_block_delta", index=0, delta={"type": "text_delta", "text": text}
    ),
    _anthropic("content_block_stop", index=0)
    + _anthropic("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 3})
    + _anthropic("message_stop"),
)


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    protocol: Protocol

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
        reply = self.chat.next_reply()
        try:
            self._answer(reply)
        except OSError:
            pass  # the client has given up waiting
        self.close_connection = True

    def _answer(self, reply: Reply) -> None:
        time.sleep(reply.wait)
        if reply.status != 200:
            self._send_error(reply.status)
            return
        self.send_response(200)
        self.send_header("Content-Type", self.protocol.content_type)
        if reply.cut:  # more is promised than comes
            self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(self.protocol.begin)
        for piece in reply.pieces:
            self.wfile.write(self.protocol.piece(piece))
            time.sleep(reply.between)
        if reply.raw:
            self.wfile.write(reply.raw)
        elif not reply.cut:
            self.wfile.write(self.protocol.end)

    def _send_error(self, status: int) -> None:
        text = json.dumps({"error": {"message": f"status {status}", "type": "test"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(protocol: Protocol = OPENAI) -> Iterator[ChatServer]:
    """The server on a free port, until the block ends."""
    handler = type("Handler", (_Handler,), {"protocol": protocol})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.chat = ChatServer(f"http://127.0.0.1:{server.server_address[1]}{protocol.path}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield handler.chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""The web chat's command line and server: `python app.py [--host H] [--port P] [--store DIR]`.

In: a store made by `python -m ingest`. Out: a page at http://127.0.0.1:7860, the citable text
of each stored document under /documents/ID, a named API endpoint `/ask`, and /health.
The page is up within seconds; the assistant, whose libraries take far longer to import, is
loaded in the background, and whoever asks meanwhile waits for it. May import `views`,
`assistant`, `ingest` and `vectorstore`; knows nothing of retrieval.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import PolicyError, StoreError
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant import PolicyAssistant
    from vectorstore.embedding import PolicyEmbeddings

STATIC = Path(__file__).parent / "static"
REPORTS = Path(__file__).parent / "reports"
# Importing the assistant's libraries holds Python's lock for long; the first page goes before it.
HEAD_START_SECONDS = 1.5
# Gradio writes its configuration into inline scripts; inline event handlers stay forbidden.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class AssistantLoader:
    """Makes the assistant once, at the first call of `get`; every other caller waits for it.

    After a failure each call tries anew, so that a store made later is found without a restart.
    With `documents`, a folder, the store is brought up to date with it: before the first answer
    where there is no usable store yet, else behind the answers.
    """

    def __init__(self, store: Path | None, documents: Path | None = None):
        self._store = store
        self._documents = documents
        self._up_to_date = documents is None
        self._lock = threading.Lock()
        self._assistant: PolicyAssistant | None = None

    @property
    def ready(self) -> PolicyAssistant | None:
        """The assistant if it is loaded; does not wait."""
        return self._assistant

    def get(self) -> PolicyAssistant:
        """The assistant, loaded if need be; raises PolicyError."""
        with self._lock:
            if self._assistant is None:
                try:
                    self._assistant = self._open()
                except StoreError:
                    # No store yet, or one that an older program made: ingesting mends both.
                    if self._up_to_date:
                        raise
                    self._ingest()
                    self._assistant = self._open()
            return self._assistant

    def embeddings(self) -> PolicyEmbeddings:
        """The model that documents go in with: the assistant's own once that is loaded."""
        from vectorstore.embedding import SHIPPED_MODEL, PolicyEmbeddings

        if self._assistant is not None:
            return self._assistant.embeddings
        return PolicyEmbeddings(Settings.load().embedding_model or SHIPPED_MODEL)

    def _open(self) -> PolicyAssistant:
        from assistant import PolicyAssistant

        assistant = PolicyAssistant(store=self._store)
        assistant.load()
        return assistant

    def _ingest(self) -> None:
        from ingest import ingest
        from ingest.uploads import UploadFolder

        settings = Settings.load()
        store = self._store or settings.store
        # What was uploaded comes back with the rest when the store is made anew.
        uploaded = UploadFolder(settings.data_of(store)).files
        given = [self._documents, *([uploaded] if any(uploaded.glob("*")) else [])]
        print(f"Bringing the store up to date with {self._documents} …", flush=True)
        report = ingest(given, store, embeddings=self.embeddings())
        self._up_to_date = True
        for failure in report.failures:
            print(f"Not ingested: {failure.reason}", file=sys.stderr, flush=True)
        print(
            f"The store holds {report.library_documents} documents in "
            f"{report.library_passages} passages ({report.added_passages} new).",
            flush=True,
        )

    def start(self) -> None:
        """Load in the background; a failure is told on stderr and again to whoever asks."""
        timer = threading.Timer(HEAD_START_SECONDS, self._load)
        timer.daemon = True
        timer.start()

    def _load(self) -> None:
        try:
            self.get()
            if not self._up_to_date:
                self._ingest()
        except PolicyError as error:
            print(f"app.py: {error}", file=sys.stderr, flush=True)


class SecurityHeaders:
    """ASGI middleware: the page may load from, and send to, nothing but this server."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                ]
                # A page that needs less than Gradio's has said so itself.
                if b"content-security-policy" not in dict(message["headers"]):
                    policy = (b"content-security-policy", PAGE_POLICY.encode("ascii"))
                    message["headers"].append(policy)
                if scope["path"].startswith("/ui/"):
                    # Asked anew each time, so that an update never meets yesterday's styles.
                    message["headers"].append((b"cache-control", b"no-cache"))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def create_app(
    loader: AssistantLoader, settings: Settings, store: Path, mcp: bool = False
) -> FastAPI:
    """The whole web application; call `loader.start()` once it serves."""
    # Gradio reads both variables when it is imported, and would look for updates without them.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gradio
    from fastapi import FastAPI
    from fastapi.middleware.gzip import GZipMiddleware
    from fastapi.responses import JSONResponse
    from fastapi.staticfiles import StaticFiles

    from assistant.feedback import FeedbackStore, feedback_file
    from views.admin_pages import add_admin, make_desk
    from views.conversation_pages import add_conversation_pages
    from views.frame import PageFrame
    from views.language import translations
    from views.page import THEME, build_page
    from views.pages import add_pages

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    password = settings.admin_password.get_secret_value()
    app.add_middleware(PageFrame, scripts=("admin",) if password else ())
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(SecurityHeaders)
    app.mount("/ui", StaticFiles(directory=STATIC))

    @app.get("/health")
    def health() -> dict[str, object]:
        assistant = loader.ready
        count = assistant.store.counts()[0] if assistant else 0
        return {"ready": assistant is not None, "documents": count}

    add_pages(app, loader.get)
    add_conversation_pages(app, FeedbackStore(feedback_file(settings, store)))
    if password:
        data = settings.data_of(store)
        add_admin(app, make_desk(password, store, data, REPORTS, loader.embeddings))

    @app.post("/gradio_api/upload")
    def upload() -> JSONResponse:
        # Gradio would store any file that anybody sends; this page takes none.
        return JSONResponse({"error": "This server accepts no uploads."}, status_code=403)

    return gradio.mount_gradio_app(
        app,
        build_page(loader.get, admin=bool(password)),
        path="/",
        theme=THEME,
        i18n=translations(),
        footer_links=[],
        run_history=False,
        favicon_path=str(STATIC / "favicon.svg"),
        ssr_mode=False,
        mcp_server=mcp,
        show_error=True,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def serve(app: FastAPI, listener: socket.socket, address: str, loader: AssistantLoader) -> None:
    """Serve until interrupted; announce the address and load the assistant once it answers."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(f"The policy assistant is at {address} (stop it with Ctrl+C)", flush=True)
            loader.start()

    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    try:
        Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        # uvicorn raises the signal again after its orderly shutdown.
        pass


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="The policy assistant's web chat.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (%(default)s)")
    parser.add_argument("--store", type=Path, help="folder of the store (POLICY_STORE or .store)")
    parser.add_argument(
        "--documents", type=Path, help="folder to bring the store up to date with, at the start"
    )
    parser.add_argument("--mcp", action="store_true", help="offer /ask as an MCP tool as well")
    parsed = parser.parse_args(arguments)
    if parsed.mcp and find_spec("mcp") is None:
        parser.error("--mcp needs the project's [mcp] extra (pip install '.[mcp]')")
    if not 1 <= parsed.port <= 65535:
        parser.error(f"port {parsed.port} is not between 1 and 65535")
    return parsed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parse_arguments(arguments)
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        print(
            f"app.py: cannot listen on {options.host} port {options.port} "
            f"({error.strerror}); stop what uses it or choose another with --port.",
            file=sys.stderr,
        )
        return 1
    try:
        settings = Settings.load()
    except PolicyError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    # The default folder counts only when somebody asked for it: a store may hold other documents.
    wanted = settings.documents if "documents" in settings.model_fields_set else None
    host = f"[{options.host}]" if ":" in options.host else options.host
    store = options.store or settings.store
    loader = AssistantLoader(store, options.documents or wanted)
    app = create_app(loader, settings, store, options.mcp)
    serve(app, listener, f"http://{host}:{options.port}", loader)
    return 0


if __name__ == "__main__":
    sys.exit(main())

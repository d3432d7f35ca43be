"""The addresses of the administration: /admin/… for `static/admin.js`, each behind the session.

In: requests. Out: parts of the page as HTML, messages as JSON, the feedback as JSONL, the
evaluation's page in a sandbox. A session is a cookie that scripts cannot read and other sites
cannot send; what changes something also needs a header that no form can set. Files come one a
request, as the bare body, so that a stranger's is turned away before anything of it is read.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.requests import ClientDisconnect

from assistant.feedback import FEEDBACK_FILE, FeedbackStore
from ingest.jobs import IngestJobs
from ingest.uploads import MOST_FILES, UploadFolder
from vectorstore.errors import BadUpload, PolicyError, StoreNotFound
from views import admin
from views.evaluations import last_evaluation, report_page
from views.language import language_of, text
from views.sessions import LONGEST_SECONDS, Gate, LockedOut

if TYPE_CHECKING:
    from vectorstore.embedding import PolicyEmbeddings
    from vectorstore.holdings import Holdings

COOKIE = "policy_admin"
HEADER = "x-policy-admin"
LARGEST_FORM = 100_000
_NO_STORE = {"cache-control": "no-store"}
# The report carries its own script and styles, and must not act in the administrator's name.
_REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
Handler = Callable[[Request], Any]


@dataclass(frozen=True)
class Desk:
    """What is administered: a store, what lies beside it, and who may."""

    gate: Gate
    store: Path
    uploads: UploadFolder
    jobs: IngestJobs
    feedback: FeedbackStore
    reports: Path


def make_desk(
    password: str,
    store: Path,
    data: Path,
    reports: Path,
    embeddings: Callable[[], PolicyEmbeddings],
) -> Desk:
    """The desk of a store; `data` is the folder that uploads and feedback are kept in."""
    uploads = UploadFolder(data)
    jobs = IngestJobs(store, uploads, embeddings)
    feedback = FeedbackStore(data / FEEDBACK_FILE)
    return Desk(Gate(password), store, uploads, jobs, feedback, reports)


class AdminPages:
    """What the addresses answer."""

    def __init__(self, desk: Desk):
        self._desk = desk

    async def enter(self, request: Request) -> Response:
        """Log in; the only address that does without a session."""
        client = request.client.host if request.client else ""
        password = (await _form(request)).get("password")
        try:
            token = self._desk.gate.enter(client, password if isinstance(password, str) else "")
        except PolicyError as error:
            locked = isinstance(error, LockedOut)
            response = _told(error, request, 429 if locked else 401)
            if locked:
                response.headers["retry-after"] = str(error.seconds)
            return response
        response = JSONResponse({}, headers=_NO_STORE)
        response.set_cookie(
            COOKIE,
            token,
            max_age=LONGEST_SECONDS,
            path="/admin",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def leave(self, request: Request) -> Response:
        """Log out."""
        self._desk.gate.leave(request.cookies.get(COOKIE))
        response = JSONResponse({}, headers=_NO_STORE)
        response.delete_cookie(COOKIE, path="/admin")
        return response

    def panel(self, request: Request) -> Response:
        """The whole desk."""
        language = language_of(request)
        names = ("health", "jobs", "files", "feedback", "evaluation")
        parts = {name: self._part(name, request) for name in names}
        return HTMLResponse(admin.admin_view(parts, language), headers=_NO_STORE)

    def part(self, request: Request) -> Response:
        """One part of it, for bringing it up to date."""
        return HTMLResponse(self._part(request.path_params["name"], request), headers=_NO_STORE)

    def _part(self, name: str, request: Request) -> str:
        desk, language = self._desk, language_of(request)
        if name == "jobs":
            return admin.jobs_view(desk.jobs.recent(), language)
        if name == "health":
            return admin.health_view(self._holdings(), language)
        if name == "files":
            words = request.query_params.get("words", "")[:200]
            page = request.query_params.get("page", "1")
            holdings = self._holdings()
            return admin.files_view(
                holdings.files if holdings else (),
                desk.uploads.files.resolve(),
                words,
                int(page) if page.isascii() and page.isdecimal() else 1,
                language,
            )
        if name == "feedback":
            try:
                latest = desk.feedback.entries(limit=admin.FEEDBACK_SHOWN)
                return admin.feedback_view(desk.feedback.count(), latest, language)
            except PolicyError as error:
                problem = admin.message_of(error, language)
                return admin.feedback_view((0, 0), (), language, problem)
        return admin.evaluation_view(last_evaluation(desk.reports), language)

    def _holdings(self) -> Holdings | None:
        # Chroma comes with it, which the first page must not wait for.
        from vectorstore.holdings import read_holdings

        try:
            return read_holdings(self._desk.store)
        except StoreNotFound:
            return None

    async def receive(self, request: Request) -> Response:
        """One file as the request's body; its token is what `ingest` wants."""
        size = request.headers.get("content-length", "")
        announced = int(size) if size.isdecimal() else None
        with self._desk.uploads.receive(request.query_params.get("name", ""), announced) as file:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
        return JSONResponse(
            {"token": file.upload.token, "name": file.upload.name}, 201, headers=_NO_STORE
        )

    async def ingest(self, request: Request) -> Response:
        """Have received files taken in, in place of a file that is named with them or not."""
        form = await _form(request)
        tokens, replaced = _texts(form.get("files")), _texts(form.get("replaces"))
        if not tokens or len(tokens) > MOST_FILES or len(replaced) > 1:
            return JSONResponse({"message": "files: 1 to 50 tokens; replaces: at most one"}, 400)
        uploads = [self._desk.uploads.waiting(token) for token in tokens]
        known = await run_in_threadpool(self._known, replaced)
        return JSONResponse({"job": self._desk.jobs.add(uploads, known)}, 202)

    async def remove(self, request: Request) -> Response:
        """Have a document (by its id) or a file (by its path) removed."""
        names = _texts((await _form(request)).get("names"))
        if not names:
            return JSONResponse({"message": "names: ids of documents or paths of files"}, 400)
        known = await run_in_threadpool(self._known, names)
        return JSONResponse({"job": self._desk.jobs.remove(known)}, 202)

    def _known(self, names: Sequence[str]) -> list[str]:
        """`names`, if the store holds files or documents of these names."""
        holdings = self._holdings()
        files = holdings.files if holdings else ()
        held = {file.path for file in files} | {
            document.id for file in files for document in file.documents
        }
        for name in names:
            if name not in held:
                raise BadUpload(
                    f"The store no longer holds {name[:200]}; load the page again.",
                    f"库中已没有 {name[:200]}，请刷新页面。",
                )
        return list(names)

    async def forget(self, request: Request) -> Response:
        """Delete feedback for good."""
        numbers = (await _form(request)).get("ids")
        if not isinstance(numbers, list) or not all(type(each) is int for each in numbers):
            return JSONResponse({"message": "ids: a list of numbers"}, 400)
        deleted = await run_in_threadpool(self._desk.feedback.delete, numbers)
        return JSONResponse({"deleted": deleted})

    def export(self, request: Request) -> Response:
        """The feedback as candidates for gold questions."""
        useful = False if request.query_params.get("complaints") else None
        name = "complaints" if useful is False else "feedback"
        return Response(
            self._desk.feedback.candidates(useful=useful),
            media_type="application/x-ndjson; charset=utf-8",
            headers=_NO_STORE | {"content-disposition": f'attachment; filename="{name}.jsonl"'},
        )

    def report(self, request: Request) -> Response:
        """The page of an evaluation."""
        page = report_page(self._desk.reports, request.path_params["name"])
        if page is None:
            return JSONResponse({"message": text("admin.no_page", language_of(request))}, 404)
        headers = _NO_STORE | {"content-security-policy": _REPORT_POLICY}
        return FileResponse(page, media_type="text/html; charset=utf-8", headers=headers)


async def _form(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; an empty one for anything else."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _told(error: PolicyError, request: Request, status: int) -> JSONResponse:
    message = admin.message_of(error, language_of(request))
    return JSONResponse({"message": message}, status, headers=_NO_STORE)


class Guarded:
    """An address that only a session opens; a PolicyError becomes its sentence."""

    def __init__(self, gate: Gate, handler: Handler, needs_session: bool = True):
        self._gate = gate
        self._handler = handler
        self._needs_session = needs_session

    async def __call__(self, request: Request) -> Response:
        # Another site can make a browser send a form, but not this header.
        if request.method != "GET" and HEADER not in request.headers:
            return JSONResponse({"message": f"The header {HEADER} is missing."}, 403)
        if self._needs_session and not self._gate.admits(request.cookies.get(COOKIE)):
            return self._turned_away(request)
        try:
            if inspect.iscoroutinefunction(self._handler):
                return await self._handler(request)
            return await run_in_threadpool(self._handler, request)
        except PolicyError as error:
            return _told(error, request, 422)
        except ClientDisconnect:
            return Response(status_code=400)

    def _turned_away(self, request: Request) -> Response:
        language = language_of(request)
        expired = text("admin.expired", language) if request.cookies.get(COOKIE) else ""
        if request.method == "GET" and "report" not in request.url.path:
            view = admin.login_view(language, expired)
            return HTMLResponse(view, 401, headers=_NO_STORE)
        return JSONResponse({"message": text("admin.expired", language)}, 401, headers=_NO_STORE)


def add_admin(app: FastAPI, desk: Desk) -> None:
    """Give the application the addresses of the administration."""
    pages = AdminPages(desk)
    addresses: tuple[tuple[str, str, Handler], ...] = (
        ("POST", "/admin/leave", pages.leave),
        ("GET", "/admin/panel", pages.panel),
        ("GET", "/admin/part/{name}", pages.part),
        ("POST", "/admin/receive", pages.receive),
        ("POST", "/admin/ingest", pages.ingest),
        ("POST", "/admin/remove", pages.remove),
        ("POST", "/admin/forget", pages.forget),
        ("GET", "/admin/feedback.jsonl", pages.export),
        ("GET", "/admin/report/{name}", pages.report),
    )
    add = app.router.add_route
    add("/admin/enter", _endpoint(Guarded(desk.gate, pages.enter, False)), methods=["POST"])
    for method, path, handler in addresses:
        add(path, _endpoint(Guarded(desk.gate, handler)), methods=[method])


def _endpoint(guarded: Guarded) -> Callable:
    # Starlette takes an object with __call__ for an ASGI application.
    async def endpoint(request: Request) -> Response:
        return await guarded(request)

    return endpoint

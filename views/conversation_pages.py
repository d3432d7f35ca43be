"""What the chat's script asks the server for besides answers: exports, and keeping feedback.

In: a conversation's turns as JSON. Out: routes of the application; nothing of a conversation is
kept but the feedback that a reader sends. May import the views and `assistant.feedback`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from vectorstore.errors import PolicyError
from views import export
from views.language import language_of
from views.turns import answer_of, history, turns_from

if TYPE_CHECKING:
    from assistant.feedback import FeedbackStore

LARGEST_BODY = 3_000_000
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def add_conversation_pages(app: FastAPI, feedback: FeedbackStore) -> None:
    """Add /conversation/export and /conversation/feedback to the application."""

    @app.post("/conversation/export")
    async def export_conversation(request: Request, format: str = "md") -> Response:
        turns = turns_from(await _json(request))
        if not turns or format not in ("md", "docx"):
            return _refused("Nothing to export, or neither md nor docx.")
        language = language_of(request)
        if format == "md":
            made = export.markdown(turns, language).encode("utf-8")
            return Response(made, media_type="text/markdown; charset=utf-8")
        made = await run_in_threadpool(export.docx, turns, language)
        return Response(made, media_type=_WORD)

    @app.post("/conversation/feedback")
    async def keep_feedback(request: Request) -> Response:
        sent = await _json(request)
        sent = sent if isinstance(sent, dict) else {}
        turns = turns_from(sent.get("turns"))
        useful, comment = sent.get("useful"), sent.get("comment", "")
        judged = isinstance(useful, bool) and isinstance(comment, str)
        if not turns or turns[-1].reply is None or not judged:
            return _refused("A judgement needs answered turns, useful and comment.")
        answer, before = answer_of(turns[-1]), history(turns[:-1])
        try:
            await run_in_threadpool(feedback.add, answer, before, useful, comment)
        except PolicyError as error:
            return JSONResponse({"error": error.chinese}, status_code=503)
        return Response(status_code=204)


async def _json(request: Request) -> Any:
    """The request's JSON; None for anything else. A form of another site cannot send JSON."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _refused(why: str) -> Response:
    return JSONResponse({"error": why}, status_code=400)

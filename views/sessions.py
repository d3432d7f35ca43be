"""Who may administer: the password, sessions that end, and a lock-out that slows guessing.

In: a client's address and what it typed. Out: a secret token for the browser's cookie, of which
only the hash is kept here. The clock is passed in, so that tests need not wait. Imports
vectorstore.errors.
"""

from __future__ import annotations

import hmac
import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from vectorstore.errors import PolicyError

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600
MOST_SESSIONS = 50
MOST_CLIENTS = 10_000
FORGET_SECONDS = 3600
LONGEST_PASSWORD = 1_000


@dataclass(frozen=True)
class Allowance:
    """`free` wrong passwords cost nothing; then each doubles the wait, up to `longest`."""

    free: int
    first: float
    longest: float

    def wait_after(self, failures: int) -> float:
        """How many seconds nobody is let in after that many failures."""
        if failures < self.free:
            return 0.0
        return min(self.longest, self.first * 2.0 ** min(failures - self.free, 30))


PER_CLIENT = Allowance(free=5, first=30.0, longest=15 * 60.0)
# Short at most, because whoever sends wrong passwords keeps out the right one as well.
OVERALL = Allowance(free=25, first=5.0, longest=60.0)


class WrongPassword(PolicyError):
    """The password is not the one that was set."""


class LockedOut(PolicyError):
    """Too many wrong passwords; `seconds` says for how long nobody is let in."""

    def __init__(self, seconds: float):
        self.seconds = max(1, math.ceil(seconds))
        super().__init__(
            f"Too many wrong passwords; try again in {self.seconds} seconds.",
            f"密码错误次数过多，请在 {self.seconds} 秒后再试。",
        )


@dataclass
class _Failures:
    count: int = 0
    last: float = 0.0
    until: float = 0.0

    def add(self, now: float, allowance: Allowance) -> None:
        if now - self.last > FORGET_SECONDS:
            self.count = 0
        self.count += 1
        self.last = now
        self.until = now + allowance.wait_after(self.count)


class Gate:
    """The sessions of one server; they end with it."""

    def __init__(self, password: str, clock: Callable[[], float] = time.monotonic):
        """`password` must not be empty: without one there is nothing to administer."""
        if not password:
            raise ValueError("a gate needs a password")
        self._password = _hash(password)
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[float, float]] = {}
        self._failures: dict[str, _Failures] = {}
        self._overall = _Failures()

    def enter(self, client: str, password: str) -> str:
        """A new session's token; raises LockedOut (whatever the password) or WrongPassword."""
        # Hashes are of one length: neither length nor content shows in the time taken.
        right = hmac.compare_digest(_hash(password[:LONGEST_PASSWORD]), self._password)
        with self._lock:
            now = self._clock()
            mine = self._failures.get(client, _Failures())
            until = max(mine.until, self._overall.until)
            if now < until:
                raise LockedOut(until - now)
            if not right:
                raise self._refused(client, mine, now)
            self._failures.pop(client, None)
            return self._opened(now)

    def _refused(self, client: str, mine: _Failures, now: float) -> PolicyError:
        mine.add(now, PER_CLIENT)
        self._overall.add(now, OVERALL)
        if len(self._failures) >= MOST_CLIENTS:
            self._failures.pop(next(iter(self._failures)))
        self._failures[client] = mine
        until = max(mine.until, self._overall.until)
        return LockedOut(until - now) if now < until else wrong_password()

    def _opened(self, now: float) -> str:
        self._sessions = {key: each for key, each in self._sessions.items() if _lasts(each, now)}
        while len(self._sessions) >= MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        token = secrets.token_urlsafe(32)
        self._sessions[_hash(token).hex()] = (now, now)
        return token

    def admits(self, token: str | None) -> bool:
        """Whether the token is of a session that has not ended; keeps the session awake."""
        if not token:
            return False
        key = _hash(token).hex()
        with self._lock:
            now = self._clock()
            session = self._sessions.get(key)
            if session is None or not _lasts(session, now):
                self._sessions.pop(key, None)
                return False
            self._sessions[key] = (session[0], now)
            return True

    def leave(self, token: str | None) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(_hash(token or "").hex(), None)


def wrong_password() -> WrongPassword:
    return WrongPassword("The password is wrong.", "密码不正确。")


def _hash(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _lasts(session: tuple[float, float], now: float) -> bool:
    began, used = session
    return now - began < LONGEST_SECONDS and now - used < IDLE_SECONDS

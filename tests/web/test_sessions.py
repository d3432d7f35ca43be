"""The gate to the administration: right and wrong passwords, lock-out, sessions that end."""

from __future__ import annotations

import pytest

from views import sessions
from views.sessions import IDLE_SECONDS, LONGEST_SECONDS, Gate, LockedOut, WrongPassword

PASSWORD = "青岚-correct horse"


class Clock:
    """A clock that goes when it is told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate(PASSWORD, clock)


def fail(gate: Gate, client: str = "a", times: int = 1) -> list[WrongPassword | LockedOut]:
    """Send wrong passwords; the errors that came."""
    told = []
    for _ in range(times):
        with pytest.raises((WrongPassword, LockedOut)) as refused:
            gate.enter(client, "wrong")
        told.append(refused.value)
    return told


def test_right_password_opens_a_session(gate: Gate) -> None:
    """The token admits until its session is left; nothing else does."""
    token, other = gate.enter("a", PASSWORD), gate.enter("b", PASSWORD)
    assert token != other
    assert gate.admits(token)
    for wrong in (None, "", token[:-1], token.upper(), PASSWORD, "\ud800"):
        assert not gate.admits(wrong)
    gate.leave(token)
    assert not gate.admits(token)
    assert gate.admits(other)


def test_no_password_is_no_gate() -> None:
    """An empty password can never let anybody in."""
    with pytest.raises(ValueError, match="needs a password"):
        Gate("")


def test_sessions_end(gate: Gate, clock: Clock) -> None:
    """An idle session ends, and in the end a busy one too."""
    token = gate.enter("a", PASSWORD)
    clock.now += IDLE_SECONDS
    assert not gate.admits(token)
    token, began = gate.enter("a", PASSWORD), clock.now
    while clock.now - began < LONGEST_SECONDS - 600:
        clock.now += 600
        assert gate.admits(token)
    clock.now += 600
    assert not gate.admits(token)


def test_guessing_is_slowed(gate: Gate, clock: Clock) -> None:
    """After five wrong passwords the client waits, each time twice as long, at most a quarter."""
    told = fail(gate, times=5)
    assert [type(each) for each in told] == [WrongPassword] * 4 + [LockedOut]
    assert "30 秒" in told[-1].chinese
    waits = []
    for _ in range(8):
        clock.now += told[-1].seconds
        told = fail(gate)
        waits.append(told[-1].seconds)
    assert waits == [60, 120, 240, 480, 900, 900, 900, 900]


def test_locked_out_means_the_right_password_too(gate: Gate, clock: Clock) -> None:
    """While locked out, even the right password tells nothing; afterwards it opens."""
    fail(gate, times=5)
    with pytest.raises(LockedOut) as told:
        gate.enter("a", PASSWORD)
    assert told.value.seconds == 30
    assert gate.admits(gate.enter("b", PASSWORD))
    clock.now += 30
    assert gate.admits(gate.enter("a", PASSWORD))
    # And the count begins anew.
    assert type(fail(gate, times=4)[-1]) is WrongPassword


def test_many_clients_are_slowed_together(gate: Gate, clock: Clock) -> None:
    """Guessing from many addresses is slowed as well, but never for more than a minute."""
    for number in range(24):
        assert type(fail(gate, f"client {number}")[0]) is WrongPassword
    assert fail(gate, "another")[0].seconds == 5
    with pytest.raises(LockedOut):
        gate.enter("new", PASSWORD)
    for number in range(10):
        clock.now += 60
        assert fail(gate, f"later {number}")[0].seconds <= 60


def test_old_failures_are_forgotten(gate: Gate, clock: Clock) -> None:
    """Yesterday's slips do not count."""
    fail(gate, times=4)
    clock.now += sessions.FORGET_SECONDS + 1
    assert type(fail(gate)[0]) is WrongPassword


def test_memory_is_bounded(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither clients nor sessions pile up."""
    monkeypatch.setattr(sessions, "MOST_CLIENTS", 3)
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 3)
    for number in range(8):
        fail(gate, f"client {number}")
    assert len(gate._failures) == 3
    tokens = [gate.enter("a", PASSWORD) for _ in range(8)]
    assert [gate.admits(each) for each in tokens] == [False] * 5 + [True] * 3


def test_huge_password_is_harmless(gate: Gate) -> None:
    """What is typed is bounded before it is looked at."""
    with pytest.raises(WrongPassword):
        gate.enter("a", "x" * 10_000_000)

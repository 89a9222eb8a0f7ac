"""What a session does as its states come and go: a headset that is taken off and put on again begins anew."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from vrcnn.xr.session import Session

PUT_ON = ["READY", "SYNCHRONIZED", "VISIBLE", "FOCUSED"]
TAKEN_OFF = ["VISIBLE", "SYNCHRONIZED", "STOPPING", "IDLE"]


@pytest.fixture
def xr():
    return pytest.importorskip("xr")


@pytest.fixture
def session(xr) -> Session:
    """A session without a runtime, which notes what it asks of one."""
    session = Session.__new__(Session)
    session.asked = []
    session.xr = SimpleNamespace(
        SessionState=xr.SessionState,
        StructureType=xr.StructureType,
        ReferenceSpaceType=xr.ReferenceSpaceType,
        ViewConfigurationType=xr.ViewConfigurationType,
        SessionBeginInfo=xr.SessionBeginInfo,
        EventDataReferenceSpaceChangePending=xr.EventDataReferenceSpaceChangePending,
        begin_session=lambda *_: session.asked.append("begin"),
        end_session=lambda *_: session.asked.append("end"),
    )
    session.handle, session.state, session.states = None, "UNKNOWN", []
    session.running = session.over = session.lost = False
    session._recentred = None
    return session


def enter(session: Session, *states: str) -> None:
    for state in states:
        session._enter(session.xr.SessionState[state])


def test_a_headset_that_is_put_on_again_begins_again(session):
    for _ in range(3):
        enter(session, "IDLE", *PUT_ON)
        assert session.running
        enter(session, *TAKEN_OFF)
        assert not session.running
    assert session.asked == ["begin", "end"] * 3
    assert not session.over, "it is not over as long as the runtime does not say so"


def test_exiting_is_the_end_and_no_loss(session):
    enter(session, "IDLE", *PUT_ON, *TAKEN_OFF, "EXITING")
    assert (session.over, session.lost) == (True, False)


def test_a_loss_that_is_told_is_a_loss(session):
    enter(session, "IDLE", *PUT_ON, "LOSS_PENDING")
    assert (session.over, session.lost, session.running) == (True, True, False)


@pytest.mark.parametrize(("space", "told"), [("LOCAL", True), ("STAGE", True), ("VIEW", False)])
def test_a_moved_room_is_told_once_from_the_moment_that_the_runtime_names(xr, session, space, told):
    session._handle(xr.EventDataReferenceSpaceChangePending(None, xr.ReferenceSpaceType[space], 1000))
    assert not session.recentred_by(999)
    assert session.recentred_by(1000) is told
    assert not session.recentred_by(1001)

"""What a visitor asks of the networks beside pictures and visualizations: requests become inquiries of the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.attributions import find_attribution
from vrcnn.cataloguing import ask_of_set
from vrcnn.inspections import look_closer
from vrcnn.scene.attribution_requests import FindAttribution
from vrcnn.scene.export_intents import ExportOut
from vrcnn.scene.inspection_requests import Inspect
from vrcnn.scene.requests import LoadCheckpoint, Request, StopInquiry
from vrcnn.scene.tour_intents import NoteStop, OpenSession, SaveSession, ShowStop
from vrcnn.scene.way_requests import CopyDrawing, DrawOn, HoldCamera, OpenFiles
from vrcnn.taking_out import begin_export
from vrcnn.xraying import ask_of_sieve

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit


def ask(request: Request, exhibit: Exhibit) -> bool:
    """Whether the request is one of those; then it was handed on."""
    match request:
        case StopInquiry(number, hall):
            exhibit.displays[hall].worker.inquiries.cancel(number)
        case LoadCheckpoint(number):
            if exhibit.retracing is not None:
                exhibit.retracing.load(number)
        case HoldCamera():
            exhibit.ways.hold_camera()
        case ExportOut():
            begin_export(request, exhibit)
        case DrawOn(picture):
            exhibit.ways.drawing.begin(picture)
        case CopyDrawing(picture):
            exhibit.ways.drawing.keep(picture)
        case OpenFiles(paths):
            exhibit.ways.incoming.take(paths)
        case Inspect(question, hall):
            look_closer(exhibit.displays[hall], question)
        case FindAttribution(wish, hall):
            find_attribution(exhibit.displays[hall], wish)
        case ShowStop() | NoteStop() | SaveSession() | OpenSession():
            exhibit.guide.take(request)
        case _:
            return ask_of_sieve(request, exhibit) or ask_of_set(request, exhibit)
    return True

"""The one list of events, and the machines that they move."""

from collections.abc import Mapping
from types import MappingProxyType

from media_station.model import (
    backup,
    bundle,
    certificate,
    chore,
    clock,
    compliance,
    consignment,
    erasure,
    erasure_report,
    exemption,
    finding,
    handover,
    incident,
    key,
    masters,
    medium,
    network,
    operator,
    order,
    payload,
    presence,
    review,
    sign_in,
    staff,
    station,
    supply,
)
from media_station.model import transfer as transfers
from media_station.model.event import Event
from media_station.model.machine import Machine
from media_station.model.order import OrderCancelled, OrderIssued, OrderLapsed, OrderRefused, OrderState

_ROOMS = (
    *(
        backup,
        bundle,
        certificate,
        clock,
        compliance,
        consignment,
        erasure,
        erasure_report,
        exemption,
        finding,
        handover,
        incident,
        key,
        masters,
        medium,
        network,
        operator,
        order,
    ),
    *(chore, payload, presence, review, sign_in, staff, station, supply, transfers),
)

EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {
        kind.name: kind
        for room in _ROOMS
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, Event) and "name" in vars(kind)
    }
)

ORDER = Machine(
    noun="order",
    key="order",
    states=OrderState,
    table={
        (None, OrderIssued): OrderState.ISSUED,
        (OrderState.ISSUED, OrderCancelled): OrderState.ISSUED,
        (OrderState.ISSUED, OrderLapsed): OrderState.LAPSED,
        (OrderState.ISSUED, OrderRefused): OrderState.REFUSED,
        **{(OrderState.ISSUED, end): OrderState.SPENT for end in medium.ORDER_ENDS},
    },
)

MACHINES = (
    consignment.CONSIGNMENT,
    masters.MASTERS,
    operator.OPERATOR,
    staff.STAFF,
    payload.PAYLOAD,
    transfers.TRANSFER,
    transfers.RELEASE,
    transfers.FREEZE,
    medium.MEDIUM,
    medium.CUSTODY,
    handover.NOTICE,
    incident.INCIDENT,
    ORDER,
    certificate.CERTIFICATE,
    bundle.BUNDLE,
    finding.FINDING,
    station.PAPER,
    network.DRIFT,
    review.REPORT,
)

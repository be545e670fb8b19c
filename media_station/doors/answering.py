"""The listening end of a connection: one request after the other, each answered before the next is read."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Final, Protocol

from asyncvarlink import (
    AnnotatedResult,
    FileDescriptorArray,
    VarlinkErrorReply,
    VarlinkInterface,
    VarlinkInterfaceRegistry,
    VarlinkMethodCall,
    VarlinkMethodReply,
    VarlinkMethodSignature,
)
from asyncvarlink.conversion import FileDescriptorVarlinkType

from media_station.doors.failure import as_reply
from media_station.doors.typed import typed
from media_station.doors.wire import Broken, Gone, Message, Wire
from media_station.model.errors import PeerFault, StationError

EXIT_SOFTWARE: Final = 70


class Handler(Protocol):
    """One for each connection. It ends when nothing is asked for `idle_seconds`."""

    idle_seconds: float

    def interface(self) -> VarlinkInterface: ...

    def refused(self, request: str, error: StationError) -> None:
        """Hears of each refusal; `request` is a method of the interface, or empty: what a peer made up goes nowhere."""


async def answer(wire: Wire, handler: Handler) -> None:
    """Until the peer leaves or breaks a rule after which nothing more can be understood."""
    registry = VarlinkInterfaceRegistry()
    registry.register_interface(handler.interface())
    try:
        while True:
            message = await wire.receive(idle_seconds=handler.idle_seconds)
            with FileDescriptorArray.new_managed() as held:
                for each in message.descriptors:
                    held.add(each)
                await _answer(wire, handler, registry, _call(message), held)
    except Broken as broken:
        handler.refused("", broken.fault)
    except Gone:
        return


def crash(error: BaseException) -> None:
    """What is not a StationError is a programming error and ends the process; the service manager starts another."""
    sys.excepthook(type(error), error, error.__traceback__)
    os._exit(EXIT_SOFTWARE)


def _call(message: Message) -> VarlinkMethodCall:
    """Broken DOR-014 for JSON that asks for nothing."""
    try:
        call = VarlinkMethodCall.fromjson(message.body)
    except (TypeError, ValueError) as error:
        raise Broken("DOR-014") from error
    if call.oneway or call.upgrade or call.extensions:
        raise Broken("DOR-014")
    return call


async def _answer(
    wire: Wire,
    handler: Handler,
    registry: VarlinkInterfaceRegistry,
    call: VarlinkMethodCall,
    descriptors: FileDescriptorArray,
) -> None:
    request = ""
    try:
        method, signature = _method(registry, call)
        request = call.method_name
        parameters = typed(signature.parameter_type, call.parameters, descriptors)
        if signature.more:
            await _stream(wire, method(**parameters), signature)
            return
        result = await method(**parameters)
    except StationError as error:
        handler.refused(request, error)
        await wire.send(as_reply(error))
        return
    with FileDescriptorArray.new_managed() as going:
        reply = _reply(result, signature, going)
        await wire.send(reply, [each.fileno() for each in going])


def _method(registry: VarlinkInterfaceRegistry, call: VarlinkMethodCall) -> tuple[Any, VarlinkMethodSignature]:
    try:
        return registry.lookup_method(call)
    except VarlinkErrorReply as error:
        raise PeerFault("DOR-016") from error


async def _stream(wire: Wire, results: Any, signature: VarlinkMethodSignature) -> None:
    """Each result as it comes; a peer that hangs up ends it at once."""
    sending = asyncio.create_task(_send_each(wire, results, signature))
    leaving = asyncio.create_task(wire.hung_up())
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in (sending, leaving):
            each.cancel()
        await asyncio.wait({sending, leaving})
    if sending.cancelled():
        raise Gone
    sending.result()


async def _send_each(wire: Wire, results: Any, signature: VarlinkMethodSignature) -> None:
    """A stream without a last result ends with the connection."""
    each: AsyncIterator[AnnotatedResult]
    more = True
    async with aclosing(results) as each:
        async for result in each:
            await wire.send(_reply(result, signature, None))
            more = result.continues
    if more:
        raise Gone


def _reply(
    result: AnnotatedResult, signature: VarlinkMethodSignature, going: FileDescriptorArray | None
) -> dict[str, Any]:
    parameters = signature.return_type.tojson(dict(result.parameters), {FileDescriptorVarlinkType: going})
    reply: dict[str, Any] = VarlinkMethodReply(parameters, continues=result.continues).tojson()
    return reply

"""The calling end of a connection: one request at a time, answered in the interface's types or with the refusal."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asyncvarlink import (
    FileDescriptor,
    FileDescriptorArray,
    VarlinkInterface,
    VarlinkMethodCall,
    VarlinkMethodReply,
    VarlinkMethodSignature,
    varlinksignature,
)
from asyncvarlink.conversion import FileDescriptorVarlinkType

from media_station.doors.failure import parse_failure
from media_station.doors.typed import typed
from media_station.doors.wire import Broken, Gone, Message, Wire
from media_station.model.errors import PeerFault


class Caller:
    """`await caller.call("Method", …)`. StationError as the other end refused; PeerFault DOR-002 if it broke off.

    What the other end answers is no more trusted than what it asks.
    """

    def __init__(self, wire: Wire, interface: type[VarlinkInterface]) -> None:
        self._wire = wire
        self._interface = interface
        self._turn = asyncio.Lock()
        self._in_step = True

    async def call(self, method: str, /, **parameters: Any) -> Any:
        """The method's one result; a descriptor is the caller's to close."""
        async with self._asked(method, parameters) as signature:
            result, _ = await self._answer(signature)
            return result

    async def stream(self, method: str, /, **parameters: Any) -> AsyncGenerator[Any, None]:
        """Each of the method's results as it comes. Who leaves before its end closes it: until then it is its turn."""
        async with self._asked(method, parameters) as signature:
            more = True
            while more:
                result, more = await self._answer(signature)
                yield result

    @asynccontextmanager
    async def _asked(self, method: str, parameters: dict[str, Any]) -> AsyncIterator[VarlinkMethodSignature]:
        """A request sent, its answers to come; one left in between leaves nothing for the next to be read."""
        signature = varlinksignature(getattr(self._interface, method))
        if signature is None:
            raise AttributeError(method)
        async with self._turn:
            if not self._in_step:
                raise PeerFault("DOR-002")
            self._in_step = False
            try:
                with FileDescriptorArray.new_managed() as held:
                    plain = signature.parameter_type.tojson(parameters, {FileDescriptorVarlinkType: held})
                    call = VarlinkMethodCall(f"{self._interface.name}.{method}", plain, more=signature.more)
                    await self._wire.send(call.tojson(), [each.fileno() for each in held])
                yield signature
            except Gone as error:
                raise PeerFault("DOR-002") from error
            except Broken as broken:
                raise broken.fault from broken

    async def _answer(self, signature: VarlinkMethodSignature) -> tuple[Any, bool]:
        """A result, and whether another follows."""
        message = await self._wire.receive(idle_seconds=None)
        with FileDescriptorArray.new_managed() as came:
            for each in message.descriptors:
                came.add(each)
            return self._result(signature, message, came)

    def _result(
        self, signature: VarlinkMethodSignature, message: Message, came: FileDescriptorArray
    ) -> tuple[Any, bool]:
        try:
            reply = VarlinkMethodReply.fromjson(message.body)
        except (TypeError, ValueError) as error:
            raise Broken("DOR-014") from error
        more = reply.continues and signature.more
        self._in_step = not more
        if reply.error is not None:
            raise parse_failure(reply.error, reply.parameters)
        result = next(iter(typed(signature.return_type, reply.parameters, came).values()), None)
        if isinstance(result, FileDescriptor):
            result = FileDescriptor(result.take(), should_close=True)
        return result, more

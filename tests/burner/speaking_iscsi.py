"""An initiator for the tests: logs in, sends a command, takes what comes."""

import socket
from contextlib import AbstractContextManager

from burner.iscsi import LUN, NAME, CheckCondition, Op, parse_text, pdu, text

_OFFER = {
    "InitiatorName": "iqn.2001-04.com.example:tests",
    "SessionType": "Normal",
    "TargetName": NAME,
    "AuthMethod": "None",
    "HeaderDigest": "None,CRC32C",
    "InitialR2T": "No",
    "MaxRecvDataSegmentLength": "4096",
    "MaxBurstLength": "16384",
    "FirstBurstLength": "8192",
    "X-com.example.unheard-of": "1",
}
_IMMEDIATE_BYTES = 512


class Initiator(AbstractContextManager):
    """A session of one connection; `agreed` is what the target answered."""

    def __init__(self, port: int, **offer: str) -> None:
        self._stream = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._number = 0
        self.agreed: dict[str, str] = {}
        self.transfers = 0  # how often the target asked for data
        status, self.agreed = self._log_in(_OFFER | offer)
        if status:
            self._stream.close()
            raise ConnectionRefusedError(f"{status:04x}")

    def __exit__(self, kind, *_):
        if kind is None:
            self.ask(Op.LOGOUT, Op.LOGOUT_RESPONSE)
        self._stream.close()

    def _log_in(self, offer):
        # stage: operational negotiation, next: full feature phase, transit
        self._stream.sendall(pdu(0x40 | Op.LOGIN, 0x87, tag=1, words={24: self._number}, data=text(offer)))
        header, data = self._receive()
        assert header[0] == Op.LOGIN_RESPONSE
        return int.from_bytes(header[36:38]), parse_text(data)

    def _receive(self):
        header = self._exactly(48)
        length = int.from_bytes(header[5:8])
        return header, self._exactly(length + -length % 4)[:length]

    def _exactly(self, count):
        came = b""
        while len(came) < count:
            more = self._stream.recv(count - len(came))
            if not more:
                raise ConnectionResetError
            came += more
        return came

    def ask(self, op, expected, *, words=None, data=b""):
        """A request that isn't a command, at once; the data of the answer."""
        self._stream.sendall(pdu(0x40 | op, 0x80, tag=7, words={24: self._number} | (words or {}), data=data))
        header, came = self._receive()
        assert header[0] == expected
        return came

    def __call__(self, cdb, data=b"", *, wants=0, lun=LUN):
        """The data that came. CheckCondition as the drive said it."""
        self.begin(cdb, data, wants=wants, lun=lun)
        return self.end(data)

    def begin(self, cdb, data=b"", *, wants=0, lun=LUN):
        tag = 100 + self._number
        flags = 0x80 | (0x20 if data else 0) | (0x40 if wants else 0)
        written = bytearray(
            pdu(
                Op.COMMAND,
                flags,
                tag=tag,
                lun=bytes([0, lun]) + bytes(6),
                words={20: len(data) or wants, 24: self._number},
                data=data[:_IMMEDIATE_BYTES],
            )
        )
        written[32:48] = bytes(cdb).ljust(16, b"\0")
        self._number += 1
        self._stream.sendall(bytes(written))

    def end(self, data=b""):
        """Of the command that was begun last."""
        tag = 99 + self._number
        came = b""
        while True:
            header, part = self._receive()
            match header[0]:
                case Op.DATA_IN:
                    assert int.from_bytes(header[40:44]) == len(came)
                    came += part
                case Op.READY:
                    self._send(tag, header, data)
                case Op.RESPONSE if header[3] == 2:
                    raise CheckCondition(part[4], part[14], part[15])
                case Op.RESPONSE:
                    assert header[3] == 0
                    return came

    def send_what_is_asked_for(self, data):
        ready, _ = self._receive()
        assert ready[0] == Op.READY
        self._send(99 + self._number, ready, data)

    def _send(self, tag, ready, data):
        self.transfers += 1
        transfer = int.from_bytes(ready[20:24])
        start, length = int.from_bytes(ready[40:44]), int.from_bytes(ready[44:48])
        pieces = range(start, start + length, 4096)
        for number, at in enumerate(pieces):
            part = data[at : min(at + 4096, start + length)]
            last = 0x80 if at == pieces[-1] else 0
            words = {20: transfer, 36: number, 40: at}
            self._stream.sendall(pdu(Op.DATA_OUT, last, tag=tag, words=words, data=part))

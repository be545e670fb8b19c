"""What must hold of any bytes that come as an age file's header."""

import io

from media_station.age.header import LIMITS, VERSION_LINE, encode_base64, parse_header, read_header
from media_station.model.errors import Refused


def check_header(raw: bytes) -> bool:
    """Both readers agree, and what they take is canonical: rendered again it is the same. Whether they take it."""
    try:
        header = parse_header(raw)
    except Refused as refused:
        try:
            read_header(io.BytesIO(raw))
        except Refused as as_well:
            assert (as_well.code, as_well.parameters) == (refused.code, refused.parameters)
            return False
        raise AssertionError("one reader takes what the other refuses") from refused
    streamed, rest = read_header(io.BytesIO(raw))
    assert streamed == header
    assert rest == raw[header.size_bytes : header.size_bytes + len(rest)]
    assert 1 <= len(header.stanzas) <= LIMITS.stanzas
    again = VERSION_LINE + b"".join(stanza.render() for stanza in header.stanzas) + b"---"
    assert again == header.authenticated
    assert raw.startswith(again + b" " + encode_base64(header.mac).encode() + b"\n")
    return True

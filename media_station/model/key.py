"""The journal's signing key, and what happens to it."""

from dataclasses import dataclass

from media_station.model.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotated(Event):
    """The journal's key hands over to the next; this is the last record under the old one.

    Keys as public key files hold them. Each signs base64(key id || signature), for this record's place alone
    (proof/succession); empty until the neck knows the place.
    """

    name = "key.rotated"
    requirements = ("S8",)
    old_key: str
    new_key: str
    old_signature: str
    new_signature: str

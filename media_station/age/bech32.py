"""Bech32 (BIP 173) as age uses it: without the limit of 90 characters, in one case throughout."""

from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SYMBOLS: Final = 6


def encode(prefix: str, data: bytes) -> str:
    """Lower case; `prefix` without the separator 1."""
    bits = len(data) * 8
    padding = -bits % 5
    number = int.from_bytes(data, "big") << padding
    symbols = [number >> shift & 31 for shift in range(bits + padding - 5, -1, -5)]
    remainder = _polymod([*_expand(prefix), *symbols, *[0] * _CHECKSUM_SYMBOLS]) ^ 1
    symbols += [remainder >> shift & 31 for shift in range(5 * (_CHECKSUM_SYMBOLS - 1), -1, -5)]
    return prefix + "1" + "".join(_ALPHABET[symbol] for symbol in symbols)


def decode(prefix: str, untrusted_text: str) -> bytes | None:
    """The data, or None for any other prefix, wrong checksum, mixed case or padding that is not zero.

    `prefix` is compared as it is written: in upper case it asks for a text in upper case.
    """
    start = prefix + "1"
    if not untrusted_text.isascii() or not untrusted_text.startswith(start):
        return None
    rest = untrusted_text[len(start) :]
    if rest != (rest.upper() if prefix.isupper() else rest.lower()):
        return None
    symbols = [_ALPHABET.find(character) for character in rest.lower()]
    if len(symbols) < _CHECKSUM_SYMBOLS or -1 in symbols or _polymod([*_expand(prefix.lower()), *symbols]) != 1:
        return None
    return _join(symbols[:-_CHECKSUM_SYMBOLS])


def _join(symbols: list[int]) -> bytes | None:
    number = 0
    for symbol in symbols:
        number = number << 5 | symbol
    size, padding = divmod(len(symbols) * 5, 8)
    if padding >= 5 or number & ((1 << padding) - 1):
        return None
    return (number >> padding).to_bytes(size, "big")


def _expand(prefix: str) -> list[int]:
    return [*(ord(character) >> 5 for character in prefix), 0, *(ord(character) & 31 for character in prefix)]


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for position, factor in enumerate(_GENERATOR):
            if top >> position & 1:
                checksum ^= factor
    return checksum

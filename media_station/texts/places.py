"""Where each language stands in a pair of words. Apart from the words: a command that needs few starts fast."""

from typing import Final

LANGUAGES: Final = {"ja": 0, "en": 1}

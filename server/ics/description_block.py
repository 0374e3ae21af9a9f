"""The description of an event: a note, and what was set under ``-- practice --``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from typing_extensions import override

MARKER = "-- practice --"
KEYS = (
    "client",
    "session",
    "services",
    "status",
    "room",
    "url",
    "instructions",
    "medium",
    "with",
    "fee",
)
"""The keys of the block, in the order in which they are written."""

NOTE_AT_MOST = 8 * 1024
VALUE_AT_MOST = 2 * 1024
_RAW_AT_MOST = 64 * 1024
_DECODINGS_AT_MOST = 3  # Two synchronisers in a row have been seen to escape text twice.

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_BLANK_LINES = re.compile(r"\n{3,}")
_MARKER_LINE = re.compile(
    r"\s*[-\u2013\u2014]+\s*practice\s*[-\u2013\u2014]+\s*", re.IGNORECASE
)

_BLOCKS = "blockquote|body|center|div|h[1-6]|hr|html|html-blob|li|ol|p|pre|table|tbody|tr|ul"
_INLINE = "a|b|big|code|em|font|i|s|small|span|strong|sub|sup|td|th|thead|tt|u"
_TAG = rf"/?(?:br|{_BLOCKS}|{_INLINE})(?:\s[^<>]*)?/?>"
_LOOKS_LIKE_HTML = re.compile(rf"<{_TAG}|&(?:amp|lt|gt|quot|nbsp|#39|#x27);", re.IGNORECASE)
_NOT_A_TAG = re.compile(rf"<(?!{_TAG}|!--[^<>]*-->|!doctype[^<>]*>)", re.IGNORECASE)
_END_IN_SOURCE = re.compile(r"(<(?:br|/p|/div|/li)(?:\s[^<>]*)?/?>)[ \t]*\n", re.IGNORECASE)
_IS_BLOCK = re.compile(_BLOCKS)

_RTF_TOKEN = re.compile(
    r"\\'(?P<byte>[0-9a-f]{2})"
    r"|\\u(?P<code>-?[0-9]{1,5}) ?(?:\?|\\'[0-9a-f]{2})?"
    r"|\\(?P<word>[a-z]{1,32})(?:-?[0-9]{1,10})? ?"
    r"|\\(?P<sign>[^a-z])"
    r"|(?P<brace>[{}])"
    r"|[\r\n]+"
    r"|(?P<text>[^\\{}\r\n]+)",
    re.IGNORECASE,
)
_RTF_SAYS = {"par": "\n", "line": "\n", "tab": "\t", "emdash": "\u2014", "endash": "\u2013"}
_RTF_HIDDEN = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "generator"})


def without_controls(text: str) -> str:
    r"""Return the text without control and bidi characters; only ``\n`` and ``\t`` are kept."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def split_description(text: str) -> tuple[str, Mapping[str, str]]:
    """Return the note and the block of a DESCRIPTION; any text is acceptable.

    Keys are lower case and of ``KEYS``, the last of equal ones counts; an empty value says that
    the line was emptied. Lines of the block that say nothing known become lines of the note.
    """
    before: list[str] = []
    after: list[str] = []
    block: dict[str, str] = {}
    in_block = False
    for line in without_controls(_plain(text[:_RAW_AT_MOST])).split("\n"):
        key, colon, value = line.partition(":")
        key = key.strip().lower()
        if _MARKER_LINE.fullmatch(line):
            in_block = True
        elif in_block and colon and key in KEYS:
            block[key] = _cut(value.strip(), VALUE_AT_MOST)
        else:
            (after if in_block else before).append(line)
    parts = ("\n".join(before).strip(), "\n".join(after).strip())
    return _cut("\n".join(part for part in parts if part), NOTE_AT_MOST), block


def join_description(note: str, block: Mapping[str, str]) -> str:
    """Return the DESCRIPTION that shows a note and a block; a value becomes a single line."""
    lines = [f"{key}: {' '.join(block[key].split())}".rstrip() for key in KEYS if key in block]
    shown = [MARKER, *lines] if lines else []
    return "\n".join(
        [note, "", *shown] if note and shown else [note, *shown] if note else shown
    )


def _cut(text: str, octets: int) -> str:
    return text.encode()[:octets].decode(errors="ignore").rstrip()


def _plain(text: str) -> str:
    if text.lstrip().startswith("{\\rtf"):
        text = _RtfReader().read(text.strip())
    for _ in range(_DECODINGS_AT_MOST):
        if not _LOOKS_LIKE_HTML.search(text):
            break
        text = _HtmlReader().read(text)
    return text


class _HtmlReader(HTMLParser):
    """Reads the little HTML that calendars put into a description."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._link: tuple[str, int] | None = None

    def read(self, text: str) -> str:
        """Return the words, one line a block; ``<`` that begins no known tag is text."""
        source = _END_IN_SOURCE.sub(r"\1", _LINE_ENDS.sub("\n", text))
        self.feed(_NOT_A_TAG.sub("&lt;", source))
        self.close()
        return _BLANK_LINES.sub("\n\n", "".join(self._out)).strip()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._out.append("\n")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self._out))
        elif _IS_BLOCK.fullmatch(tag):
            self._break()
        if tag == "li":
            self._out.append("- ")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self._out.append(self._target(*self._link))
            self._link = None
        elif _IS_BLOCK.fullmatch(tag):
            self._break()

    @override
    def handle_data(self, data: str) -> None:
        self._out.append(data.replace("\xa0", " "))

    def _break(self) -> None:
        if self._out and not self._out[-1].endswith("\n"):
            self._out.append("\n")

    def _target(self, href: str, start: int) -> str:
        """Return where a link leads, unless its words say so already."""
        words = "".join(self._out[start:]).strip()
        said = words.startswith("http") or href.rstrip("/").endswith(words.rstrip("/") or "/")
        return f" ({href})" if href.startswith(("http://", "https://")) and not said else ""


class _RtfReader:
    """Reads the words of Rich Text Format; fonts, colours and the like are dropped."""

    def __init__(self) -> None:
        self._depth = 0
        self._hidden_at = 0

    def read(self, text: str) -> str:
        """Return the words, one line a paragraph."""
        said = "".join(map(self._says, _RTF_TOKEN.finditer(text))).strip()
        # Signs beyond 16 bits come as two numbers, the halves of one character.
        return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="ignore")

    def _says(self, token: re.Match[str]) -> str:
        match token.lastgroup:
            case "brace":
                self._enter_or_leave(token["brace"])
                said = ""
            case "word":
                said = self._word(token["word"].lower())
            case "sign":
                said = self._sign(token["sign"])
            case "byte":
                said = bytes.fromhex(token["byte"]).decode("cp1252", errors="ignore")
            case "code":
                said = chr(int(token["code"]) % 0x10000)
            case _:
                said = token["text"] or ""
        return "" if self._hidden_at else said

    def _enter_or_leave(self, brace: str) -> None:
        if brace == "{":
            self._depth += 1
            return
        if self._hidden_at == self._depth:
            self._hidden_at = 0
        self._depth = max(0, self._depth - 1)

    def _word(self, word: str) -> str:
        if word in _RTF_HIDDEN:
            self._hide()
        return _RTF_SAYS.get(word, "")

    def _sign(self, sign: str) -> str:
        if sign == "*":
            self._hide()
            return ""
        return {"~": " ", "_": "-", "\n": "\n"}.get(sign, sign if sign in "{}\\" else "")

    def _hide(self) -> None:
        """Hide what follows up to the end of the group; depth 1 is the document itself."""
        if not self._hidden_at and self._depth > 1:
            self._hidden_at = self._depth

"""Prints ICD-10-CM as JSON, from a process of its own: code, words, and whether it is billable.

The library needs a second or two and ten times the memory of what is asked of it; none of that
stays in a server.
"""

from __future__ import annotations

import json
import sys


def diagnoses() -> dict[str, tuple[str, bool]]:
    """Return the words of each code, and whether it is billable: none is more precise."""
    import simple_icd_10_cm as classification  # noqa: PLC0415 - only where it is asked for

    codes = classification.get_all_codes(with_dots=True)
    return {
        code: (classification.get_description(code), classification.is_leaf(code))
        for code in codes
        if not classification.is_chapter_or_block(code)
    }


if __name__ == "__main__":
    json.dump(diagnoses(), sys.stdout, separators=(",", ":"))

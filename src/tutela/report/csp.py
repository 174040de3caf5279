"""The content security policy of the page: nothing is loaded, and only what was written here runs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

__all__ = ["build_policy", "hash_inline"]


def hash_inline(text: str) -> str:
    """Hash of an inline script or style as a policy names it.

    Parameters
    ----------
    text
        Exactly the characters between the tags.

    Examples
    --------
    >>> hash_inline("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def build_policy(*, scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Build the policy: no request of any kind, no form, no frame, no evaluation of text.

    Parameters
    ----------
    scripts, styles
        Contents of the page's inline scripts and styles.

    Notes
    -----
    Blocks of data (``type="application/json"``) are never executed and need no hash. Images may only be
    data inside the file: canvases and icons.
    """
    rules = (
        "default-src 'none'",
        "script-src " + " ".join(map(hash_inline, scripts)),
        "style-src " + " ".join(map(hash_inline, styles)),
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)

"""Whether an EPUB is copy-protected. Obfuscated fonts are not protection: nobody listens to fonts."""

from __future__ import annotations

from declaim.errors import BookProtectedError
from declaim.studio.readers.archive import Archive
from declaim.studio.readers.markup_tree import descendants, parse_xml

_ENCRYPTION = "META-INF/encryption.xml"
_LICENCES = {
    "META-INF/rights.xml": "Adobe's ADEPT",
    "META-INF/license.lcpl": "Readium LCP",
    "META-INF/sinf.xml": "Apple's FairPlay",
}
_OBFUSCATION = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
"""The two ways to scramble fonts: EPUB 3.3, section 4.4, and Adobe's older one."""


def refuse_protected(archive: Archive, name: str) -> None:
    """Say so if a book cannot be read for being encrypted.

    Raises:
        BookProtectedError: it has a licence of a protection system, or anything encrypted but fonts.
        BookDamagedError: what is said of its encryption cannot be read.
    """
    for member, system in _LICENCES.items():
        if member in archive:
            raise _protected(name, system)
    if _ENCRYPTION not in archive:
        return
    root = parse_xml(archive.read(_ENCRYPTION), _ENCRYPTION)
    for data in descendants(root, "encrypteddata"):
        methods = {method.get("Algorithm") for method in descendants(data, "encryptionmethod")}
        if not methods <= _OBFUSCATION:
            raise _protected(name, "an unnamed system")


def _protected(name: str, system: str) -> BookProtectedError:
    return BookProtectedError(
        f"{name} is copy-protected ({system}), so its text cannot be read",
        hint="ask the shop for an edition without DRM",
    )

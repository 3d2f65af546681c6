"""Closes the network for this process: only sockets within the machine's own file system stay."""

import socket
import sys

ALLOWED = {family for name in ("AF_UNIX",) if (family := getattr(socket, name, None)) is not None}


class NetworkForbiddenError(RuntimeError):
    """Something tried to use the network."""


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.__new__":
        family = arguments[1]
        # -1 is a socket around a descriptor that is already open.
        if family not in ALLOWED and family != -1:
            raise NetworkForbiddenError(f"a socket of family {family} was opened; the program never uses the network")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        raise NetworkForbiddenError(f"{event} was called; the program never uses the network")


def forbid_network() -> None:
    """Forbid the network for good; nothing can take an audit hook away again."""
    if not getattr(sys, "_desktop_al_offline", False):
        sys._desktop_al_offline = True  # type: ignore[attr-defined]  # marks the process, whichever path imported us
        sys.addaudithook(_guard)


forbid_network()

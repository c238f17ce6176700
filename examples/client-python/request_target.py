"""What both callers ask of a path and query, and how a query is signed."""

import os
import re
import sys
from ipaddress import ip_address, ip_network
from urllib.parse import quote, unquote_to_bytes, urlsplit


def of_command_line():
    """The path and query to ask for; ends the program with a sentence where they can't be sent as they are."""
    target = sys.argv[1] if len(sys.argv) > 1 else "/"
    if not re.fullmatch(r"/[!-~]*", target) or "#" in target:
        sys.exit("the path has to start with / and to be percent-encoded, spaces, # and what is beyond ASCII included")
    return target


def of_proxy():
    """The proxy's URL; ends the program where it would show everything to a network that is not this machine's own."""
    url = os.environ["TAILSCALE_PROXY_URL"].rstrip("/")
    allowed = os.environ.get("TAILSCALE_PROXY_ALLOW_PLAIN_HTTP") == "true"
    if not url.lower().startswith("https://") and not allowed and not is_loopback(urlsplit(url).hostname or ""):
        sys.exit("http would show everything to the network; give https, or set TAILSCALE_PROXY_ALLOW_PLAIN_HTTP=true")
    return url


def is_loopback(host):
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address in ip_network("127.0.0.0/8" if address.version == 4 else "::1/128")


def canonical_query(query):
    """Each name and value decoded, encoded in one way, and sorted: botocore signs a query as it stands.

    A plus sign is a plus sign, and a percent sign that starts no escape stands for itself.
    """
    parameters = [parameter.partition("=") for parameter in query.split("&") if parameter not in ("", "=")]
    pairs = sorted((encode(name), encode(value)) for name, _, value in parameters)
    return "&".join(f"{name}={value}" for name, value in pairs)


def encode(text):
    return quote(unquote_to_bytes(text), safe="-._~")

"""What both callers ask of a path and query, and how a query is signed."""

import re
import sys
from urllib.parse import quote, unquote_to_bytes


def of_command_line():
    """The path and query to ask for; ends the program with a sentence where they can't be sent as they are."""
    target = sys.argv[1] if len(sys.argv) > 1 else "/"
    if not re.fullmatch(r"/[!-~]*", target) or "#" in target:
        sys.exit("the path has to start with / and to be percent-encoded, spaces, # and what is beyond ASCII included")
    return target


def canonical_query(query):
    """Each name and value decoded, encoded in one way, and sorted: botocore signs a query as it stands.

    A plus sign is a plus sign, and a percent sign that starts no escape stands for itself.
    """
    parameters = [parameter.partition("=") for parameter in query.split("&") if parameter not in ("", "=")]
    pairs = sorted((encode(name), encode(value)) for name, _, value in parameters)
    return "&".join(f"{name}={value}" for name, value in pairs)


def encode(text):
    return quote(unquote_to_bytes(text), safe="-._~")

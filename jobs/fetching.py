"""What the scripts that download public scores share: asking a server with patience, and their common options."""

import email.utils
import http.client
import math
import os
import sys
import time
import urllib.error
import urllib.request

LONGEST_WAIT = 300.0


class NotReached(Exception):
    """The server could not be made to answer."""


class BadAnswer(Exception):
    """The server's answer is not what it should be, and asking again would not help."""


class BadPage(Exception):
    """This answer is damaged or incomplete; asking again may help."""


def retry_after(headers, now):
    """Seconds that the server asks to wait, 0 where it says nothing; given in seconds or as a date."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def get(url, timeout, accept, why, options):
    """The bytes at an address. Raises BadPage with a reason and a wish of how long to wait.

    why, options   what a refusal may mean, and the options to look at, for the message
    """
    request = urllib.request.Request(url, headers={"User-Agent": "exahca-fetch", "Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 429 or error.code >= 500:
            raise BadPage(f"HTTP status {error.code}", retry_after(error.headers, time.time())) from None
        raise BadAnswer(f"HTTP status {error.code} for {url} ({why}): see {options}") from None
    except (OSError, http.client.HTTPException) as error:  # refused, reset, timed out, cut short
        raise BadPage(str(getattr(error, "reason", error)) or type(error).__name__, 0.0) from None


def with_patience(options, what, action):
    """What `action` returns, tried again with growing pauses until it is whole or the patience is used up."""
    pause = options.first_pause
    for attempt in range(options.retries + 1):
        try:
            return action()
        except BadPage as problem:
            reason, wished = problem.args
        if attempt == options.retries:
            break
        wait = min(max(pause, wished), LONGEST_WAIT)
        say(f"{what}{reason}; again in {wait:.0f} s")
        time.sleep(wait)
        pause *= 2
    raise NotReached(f"{what}{reason}, {options.retries + 1} times")


def say(text):
    print(text, file=sys.stderr, flush=True)


def number(value):
    """A finite number, or None."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if math.isfinite(result) else None


def parse_with_patience(parser, arguments):
    """The options of a parser, and those on patience."""
    parser.add_argument("--retries", type=int, default=8, help="further tries for each page (%(default)s)")
    parser.add_argument("--first-pause", type=float, default=2.0, metavar="SECONDS",
                        help="pause before the second try, doubled each time (%(default)s)")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="for one answer (%(default)s)")
    options = parser.parse_args(arguments)
    if options.retries < 0 or options.first_pause < 0 or options.timeout <= 0:
        parser.error("--retries and --first-pause are 0 or more, --timeout is above 0")
    return options


def run_download(options, action, resumes=False):
    """Exit status of a script whose `action` downloads and writes options.output; problems are said in one line each.

    resumes   whether the same command goes on where it was stopped
    """
    from_here = ", it goes on from here" if resumes else ""
    if os.path.exists(options.output) and not options.overwrite:
        say(f"{options.output} exists: use --overwrite to replace it, or another name with --output")
        return 2
    try:
        action()
    except BadAnswer as problem:
        say(f"{problem}")
        return 3
    except OSError as problem:
        say(f"cannot write {problem.filename or options.output} ({problem.strerror}): check space and permissions")
        return 4
    except NotReached as problem:
        say(f"stopped ({problem}): give the same command again later{from_here}")
        return 75
    except KeyboardInterrupt:
        say(f"\ninterrupted: give the same command again{from_here}")
        return 75
    return 0

"""Run the site alone: ``python -m tests.site --port 0 --catalogue FILE``. Prints its address on the first line."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.site.server import Site


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--catalogue", "--print-catalogue", type=Path, help="write the newspapers as a catalogue to this file"
    )
    parser.add_argument("--time-zone", default="UTC", help="time zone of the newspapers in the catalogue")
    parser.add_argument("--all-families", action="store_true", help="a newspaper for every template family")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with Site(port=options.port, all_families=options.all_families) as site:
        if options.catalogue:
            options.catalogue.write_text(site.catalogue(options.time_zone), encoding="utf-8")
        sys.stdout.write(f"{site.url}\n")
        sys.stdout.flush()
        ended.wait()
    return 0


sys.exit(main())

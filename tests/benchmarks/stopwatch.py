"""Reads Nix's machine-readable log (`--log-format internal-json`) while Nix writes it. Prints seconds and name of each
derivation that is built."""

import json
import re
import sys
import time

BUILD = 105
"""`actBuild` in Nix's logging.hh."""

running = {}
for line in sys.stdin:
    event = json.loads(line.removeprefix("@nix ")) if line.startswith("@nix ") else {}
    if event.get("action") == "start" and event["type"] == BUILD:
        name = re.fullmatch(r"/nix/store/\w{32}-(.+)\.drv", event["fields"][0])[1]
        running[event["id"]] = (time.monotonic(), name)
    elif event.get("action") == "stop" and event["id"] in running:
        start, name = running.pop(event["id"])
        print(f"{time.monotonic() - start:.1f} {name}", flush=True)
    elif event.get("action") == "msg" and event["level"] == 0:
        print(event["msg"], file=sys.stderr)

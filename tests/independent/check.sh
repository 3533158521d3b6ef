#!/usr/bin/env bash
# The emulators as clients see them that are not today's JavaScript SDK: the first one, and Python's azure-eventhub and azure-cosmos. Optional, needs npm and python3 with pip;
# not part of the suite. Usage: npm run build && bash tests/independent/check.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
base=${PORT_BASE:-23000}
node dist/local/cli/weir.js emulators --data "$work/data" --port-base "$base" > "$work/log" 2>&1 &
emulators=$!
trap 'kill -INT $emulators 2>/dev/null || true; wait $emulators 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet azure-eventhub azure-cosmos
for _ in $(seq 100); do grep -q 'Ctrl-C' "$work/log" && break; sleep 0.3; done
npm install --silent --no-audit --no-fund --prefix "$work/old" azure-event-hubs@0.2.11
timeout 60 node tests/independent/check-old.js "$base" "$work/old"
timeout 120 "$work/venv/bin/python" tests/independent/check.py "$base"

#!/usr/bin/env bash
# The Kafka input against a real broker: transactions, aborted ones too, a compacted topic, SASL, a restart of the host. Optional, needs java, mvn and python3
# with pip; not part of the suite. Usage: npm run build && npm run check:kafka
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -d node_modules/@platformatic/kafka ] || npm install --no-save --no-audit --no-fund @platformatic/kafka@1.35.0
work=$(mktemp -d)
base=${PORT_BASE:-25000}
broker=
cleanup() {
  [ -z "$broker" ] || { kill "$broker" 2>/dev/null || true; wait "$broker" 2>/dev/null || true; }
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap cleanup EXIT
if [ -n "${KAFKA_LIBS:-}" ]; then libs=$KAFKA_LIBS; else
  libs=$work/libs
  mvn -q -B -f tests/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory="$libs"
fi
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet confluent-kafka
plain=$((base + 10)) sasl=$((base + 11)) controller=$((base + 12))
sed "s|@PLAIN@|$plain|g; s|@SASL@|$sasl|g; s|@CONTROLLER@|$controller|g; s|@DATA@|$work/kafka|" tests/kafka/server.properties > "$work/server.properties"
java -cp "$libs/*" kafka.tools.StorageTool format -t "$(java -cp "$libs/*" kafka.tools.StorageTool random-uuid)" -c "$work/server.properties" > /dev/null
java -Xmx512m -cp "$libs/*" kafka.Kafka "$work/server.properties" > "$work/kafka.log" 2>&1 &
broker=$!
export KAFKA_BROKERS=127.0.0.1:$sasl KAFKA_PASSWORD=weir-secret
timeout 900 "$work/venv/bin/python" tests/kafka/check.py "127.0.0.1:$plain" "$base" "$work"

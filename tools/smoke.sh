#!/usr/bin/env bash
# `make run` as a newcomer does it: with the run-time requirements alone, in a folder of its own, until a question is answered.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$folder"
cd "$folder"
make --no-print-directory .venv/.ready
.venv/bin/signpost serve --demo --port "${SMOKE_PORT:-3979}" >ready.txt 2>&1 &
server=$!
address="http://127.0.0.1:${SMOKE_PORT:-3979}"
for _ in $(seq 60); do
    if python3 -c "import urllib.request as u; u.urlopen('$address/readyz', timeout=2)" 2>/dev/null; then break; fi
    sleep 0.5
done
python3 - "$address" <<'PY'
import sys, urllib.request
asked = urllib.request.Request(sys.argv[1] + "/bledington/ask", data=b"question=can+I+accept+a+friend+request+from+a+parent")
page = urllib.request.urlopen(asked, timeout=30).read().decode()
assert "Staff must not be in social media contact" in page, page
print("make run: ready, and a question was answered.")
PY

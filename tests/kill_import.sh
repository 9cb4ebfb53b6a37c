#!/usr/bin/env bash
# Kills an import at random instants (kill -9), two hundred times or as many as asked, and checks each time what is left:
# the store opens, holds exactly the old or the new load, ties out, has no orphan, and the import can be done again.
#   tests/kill_import.sh [count]
set -euo pipefail
cd "$(dirname "$0")/.."
CADRAGE_COUPS="${1:-200}" cargo test --workspace --test cli -- faults::an_import_killed --nocapture

#!/usr/bin/env bash
# Usage: tests/fuzz/run.sh <lire|verifier|livraison> [seconds]. Needs a nightly compiler and `cargo install cargo-fuzz`.
# What it finds is a file of tests/fuzz/artifacts/<target>/.
set -euo pipefail
cd "$(dirname "$0")"
target=$1 seconds=${2:-600}
mkdir -p "corpus/$target"
# The words of the language, so that it writes phrases and not only letters.
grep -o '"[^"]*"' ../../grammar/src/words.rs | grep -v '"k_' | sort -u \
  | LC_ALL=C perl -pe 's/([^\x20-\x7e\n])/sprintf("\\x%02x", ord($1))/ge' > mots.dict
if [ "$target" = livraison ]; then
  # The first byte says the type (see the target): a few rows of each file of the example.
  mkdir -p graines
  letters=(mouvements_constates:i mouvements_previsionnels:j multi_affectations:k retour_de_paie:l hors_psop:m imputations_previsionnelles:n competences:o)
  for pair in "${letters[@]}"; do
    for file in ../../examples/01-valmont/livraisons/2026-09/"${pair%%:*}"*; do
      [ -f "$file" ] && { printf '%s' "${pair##*:}"; head -n 40 "$file"; } > "graines/${pair%%:*}"
    done
  done
  exec nice -n 10 cargo +nightly fuzz run --fuzz-dir . "$target" "corpus/$target" graines \
    -- -max_total_time="$seconds" -max_len=20000 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
fi
exec nice -n 10 cargo +nightly fuzz run --fuzz-dir . "$target" "corpus/$target" \
  ../../compiler/syntax/samples ../../stdlib/modules ../../tests/suite ../../examples/01-valmont \
  -- -max_total_time="$seconds" -dict=mots.dict -max_len=6000 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1

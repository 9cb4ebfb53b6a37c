#!/usr/bin/env python3
"""The files of an institution, read and summed by DuckDB: pay by month and account, rows of the other files.

usage: duckdb_import.py FOLDER [--runs 3]     FOLDER holds livraisons/AAAA-MM/*.csv
No check is made: it is what reading costs. Prints the median and the SHA-256 of `month;account;cents` lines.
"""
import argparse, glob, hashlib, statistics, time
import duckdb

OTHERS = ["mouvements_constates", "multi_affectations", "hors_psop", "mouvements_previsionnels", "imputations_previsionnelles", "competences"]


def run(folder):
    base = duckdb.connect(":memory:")
    files = lambda kind: f"{folder}/livraisons/*/{kind}*.csv"
    read = lambda kind: f"read_csv('{files(kind)}', delim=';', header=true, all_varchar=true, union_by_name=true)"
    sums = base.execute(
        "select mois_paie, compte, sum(cast(replace(montant, ',', '.') as decimal(18, 2))) * 100 as cents, "
        f"count(*) from {read('retour_de_paie')} group by all order by all").fetchall()
    rows = sum(s[3] for s in sums)
    for kind in OTHERS:
        if glob.glob(files(kind)):
            columns = ", ".join(f"count(distinct {c})" for c in ["matricule"] if kind != "hors_psop") or "count(montant)"
            rows += base.execute(f"select count(*), {columns} from {read(kind)}").fetchone()[0]
    text = "".join(f"{month};{account};{int(cents)}\n" for month, account, cents, _ in sums)
    return rows, hashlib.sha256(text.encode()).hexdigest()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--runs", type=int, default=3)
    a = ap.parse_args()
    times = []
    for _ in range(a.runs):
        begun = time.perf_counter()
        rows, sha = run(a.folder)
        times.append(time.perf_counter() - begun)
    print(f"rows={rows} median={statistics.median(times):.6f}s sha={sha}")


main()

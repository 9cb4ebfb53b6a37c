#!/usr/bin/env python3
"""usage: duckdb_landing.py POP_DIR [--runs 3]   the same calculation in SQL on 64-bit integers (LANDING_SPEC.md)

The échelon is looked up by (grade, months since the first step), as polars_landing.py does; the population is read from the
parquet file at each run, as there.
"""
import argparse, csv, hashlib, statistics, time
from pathlib import Path
import duckdb

Q = {50: (1, 2), 60: (3, 5), 70: (7, 10), 80: (6, 7), 90: (32, 35), 100: (1, 1)}


def steps(folder):
    """(grade, months since the start of step 1) -> im, and where each step starts."""
    grid = {}
    for row in csv.DictReader(open(folder / "grid.csv")):
        grid.setdefault(int(row["grade_id"]), []).append((int(row["echelon"]), int(row["im"]), int(row["duree_mois"])))
    look, start = [], []
    for grade, rows in grid.items():
        moves, t = sum(d for _, _, d in rows) > 0, 0
        for echelon, im, months in rows:
            start.append((grade, echelon, t, moves))
            if moves:
                look += [(grade, x, im) for x in range(t, t + months if months else 1200)]
            t += months
    return look, start


SQL = """
with a as (
  select p.*, q.n, q.d, s.t, s.moves from read_parquet('{pop}') p
  join q on q.quotite = p.quotite_pct join start s on s.grade = p.grade_id and s.echelon = p.echelon),
m as (
  select structure_id::bigint structure, month.m, titulaire = 1 tit, zone_ir zone, enfants::bigint k, n, d, nbi_points::bigint points,
         r(primes_cents::bigint, n, d) primes, pt, r(coalesce(l.im, a.im)::bigint, pt, 1200) plein,
         r(454, pt, 1200) tlo, r(722, pt, 1200) thi
  from a cross join month left join look l on l.grade = a.grade_id and l.t = case when moves then a.t + anciennete_mois + month.m - 1 else -1 end),
n as (
  select *, r(plein, n, d) t, r(r(points, pt, 1200), n, d) nbi, 1067 + 457 * (k - 2) fixe,
         case when k = 2 then 3 else 8 + 6 * (k - 3) end pct from m),
o as (
  select *, r(t, case zone when 1 then 3 when 2 then 1 else 0 end, 100) ir,
         case k when 0 then 0 when 1 then 229
           else greatest(fixe + r(tlo, pct, 100), r(fixe + r(least(greatest(plein, tlo), thi), pct, 100), n, d)) end sft from n),
b as (select *, case when tit then t + nbi else t + ir + primes + sft end b from o),
c as (
  select *, r(b, 525, 10000) + r(b, 30, 10000) + r(b, 50, 10000) + r(b, 200, 10000) + case when tit
      then r(b, 7828, 10000) + r(b, 32, 10000) + r(b, 970, 10000) + r(least(primes + ir + sft, r(t, 20, 100)), 5, 100)
      else r(b, 1300, 10000) + r(least(b, 392500), 855, 10000) + r(b, 202, 10000) + r(least(b - sft, 392500), 420, 10000)
           + r(greatest(least(b - sft, 3140000) - 392500, 0), 1255, 10000) end charges from b)
select structure, m, count(*), sum(t)::bigint, sum(ir)::bigint, sum(sft)::bigint, sum(nbi + primes)::bigint, sum(charges)::bigint,
       sum(t + nbi + ir + sft + primes + charges)::bigint
from c group by all order by all
"""


def main():
    ap = argparse.ArgumentParser(); ap.add_argument("pop", type=Path); ap.add_argument("--runs", type=int, default=3)
    a = ap.parse_args()
    c = duckdb.connect(":memory:")
    look, start = steps(a.pop)
    for table, columns, rows in [("look", "grade bigint, t bigint, im bigint", look),
                                 ("start", "grade bigint, echelon bigint, t bigint, moves boolean", start),
                                 ("q", "quotite bigint, n bigint, d bigint", [(q, n, d) for q, (n, d) in Q.items()]),
                                 ("month", "m bigint, pt bigint", [(m, 590734) for m in range(1, 13)])]:
        c.execute(f"create table {table} ({columns})")
        c.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
    c.execute("create macro r(a, p, q) as (2 * a * p + q) // (2 * q)")
    times = []
    for _ in range(a.runs):
        t0 = time.perf_counter(); rows = c.execute(SQL.format(pop=a.pop / "agents.parquet")).fetchall(); times.append(time.perf_counter() - t0)
    sha = hashlib.sha256("\n".join(",".join(map(str, row)) for row in rows).encode()).hexdigest()
    print(f"duckdb {duckdb.__version__} median={statistics.median(times):.4f}s (incl. read) cout={sum(row[-1] for row in rows)} cents sha={sha[:16]}")


if __name__ == "__main__":
    main()

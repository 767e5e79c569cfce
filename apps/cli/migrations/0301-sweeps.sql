-- Backtests that were spread over workers, and what came of each. A sweep's id is a hash of all its runs, so asking for
-- the same one again finds it.
CREATE TABLE sweeps (
  id   TEXT PRIMARY KEY,
  desk TEXT NOT NULL,
  at   TIMESTAMPTZ NOT NULL
);

CREATE TABLE sweep_runs (
  sweep       TEXT NOT NULL REFERENCES sweeps (id),
  run         INTEGER NOT NULL,
  -- what was varied, and everything that the backtest needs
  varied      JSON NOT NULL,
  task        JSON NOT NULL,
  -- rises when a run that was given up is asked for again
  generation  INTEGER NOT NULL DEFAULT 1,
  -- why the last attempt failed; null once one has succeeded
  failed      TEXT,
  ledger_hash TEXT,
  result      JSON,
  worker      TEXT,
  finished_at TIMESTAMPTZ,
  PRIMARY KEY (sweep, run),
  CHECK ((ledger_hash IS NULL) = (result IS NULL) AND (ledger_hash IS NULL) = (finished_at IS NULL))
);

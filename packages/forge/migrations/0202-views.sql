-- What pages and commands show of a forge: folded from its log (sessions/forge-projection.ts), never written otherwise.

CREATE TABLE forge_sessions (
  session text PRIMARY KEY,
  opened_at bigint NOT NULL,
  -- A SessionView. json, here as below, not jsonb: what a command or a coder wrote may hold U+0000.
  view json NOT NULL
);

CREATE TABLE forge_tasks (
  task text PRIMARY KEY,
  session text NOT NULL,
  feature bigint NOT NULL,
  state text NOT NULL,
  -- A TaskView.
  view json NOT NULL
);
CREATE INDEX forge_tasks_by_session ON forge_tasks (session, feature);

CREATE TABLE forge_verifications (
  verification text PRIMARY KEY,
  branch text NOT NULL,
  started_at bigint NOT NULL,
  -- null while it runs, and for ever when its process was killed
  ended_at bigint,
  -- A VerificationView.
  view json NOT NULL
);
CREATE INDEX forge_verifications_by_time ON forge_verifications (started_at);

-- One row: the repository that this database belongs to. Two forges never share tables.
CREATE TABLE forge_repository (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  id text NOT NULL,
  -- Its git directory: a copy of a repository has the same id.
  path text NOT NULL
);

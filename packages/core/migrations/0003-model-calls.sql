-- Questions to language models that a desk leaves to workers, with what came of each. Times are the database's own: the
-- desk and its workers run on several machines, whose clocks may differ. No credential ever gets here.
CREATE TABLE model_calls (
  call_id    text PRIMARY KEY,
  provider   text NOT NULL,
  -- gone once there is a reply
  request    json,
  -- rises when a call that nobody answered in time is asked again
  generation integer NOT NULL DEFAULT 1,
  asked_at   timestamptz NOT NULL,
  -- after this the desk has given up, and nobody begins it
  give_up_at timestamptz NOT NULL,
  -- who took it up last
  worker     text,
  -- while the provider is being asked: when that is over at the latest
  open_until timestamptz,
  -- the first of all replies
  reply      json,
  replied_at timestamptz,
  CHECK ((request IS NULL) = (reply IS NOT NULL) AND (reply IS NULL) = (replied_at IS NULL))
);
CREATE INDEX model_calls_open ON model_calls (provider) WHERE open_until IS NOT NULL;

-- Rate limits that a provider has told one worker, and that hold for all: the model is not asked before.
CREATE TABLE model_limits (
  model      text PRIMARY KEY,
  not_before timestamptz NOT NULL
);

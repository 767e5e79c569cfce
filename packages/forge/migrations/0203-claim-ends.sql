-- A claim's own lease, written when it is asked for, so that whoever grants it uses it; null: the granting store's.
ALTER TABLE forge_claims ADD COLUMN asked_lease_ms bigint CHECK (asked_lease_ms >= 1000);

-- The record of claims that ended long ago may be removed. This is the number of the last change that went with it:
-- whoever has read less cannot know what ended from what is left, and reads all that lives.
ALTER TABLE forge_claim_counters ADD COLUMN pruned_change bigint NOT NULL DEFAULT 0;

CREATE INDEX forge_claims_ended ON forge_claims (ended_at) WHERE ended_at IS NOT NULL;

-- A claim's own lease, written when it is asked for, so that whoever grants it uses it; null: the granting store's.

ALTER TABLE forge_claims ADD COLUMN asked_lease_ms bigint CHECK (asked_lease_ms >= 1000);

-- An audit line is written once. Its seal (position, previous_hash, hash) is set once, later.

DROP TRIGGER IF EXISTS audit_line_no_delete;

CREATE TRIGGER audit_line_no_delete BEFORE DELETE ON audit_line
BEGIN
  SELECT RAISE(ABORT, 'an audit line is never deleted');
END;

DROP TRIGGER IF EXISTS audit_line_no_update;

CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line
WHEN NOT (
  OLD.position IS NULL AND OLD.previous_hash IS NULL AND OLD.hash IS NULL
  AND NEW.position IS NOT NULL AND NEW.previous_hash IS NOT NULL AND NEW.hash IS NOT NULL
  AND NEW.id IS OLD.id
  AND NEW.at IS OLD.at
  AND NEW.actor_kind IS OLD.actor_kind
  AND NEW.actor IS OLD.actor
  AND NEW.act IS OLD.act
  AND NEW.subject_kind IS OLD.subject_kind
  AND NEW.subject IS OLD.subject
  AND NEW.facility IS OLD.facility
  AND NEW.purpose IS OLD.purpose
  AND NEW.facts IS OLD.facts
)
BEGIN
  SELECT RAISE(ABORT, 'an audit line is sealed once and never changed');
END;

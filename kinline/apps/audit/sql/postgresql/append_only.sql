-- An audit line is written once. Its seal (position, previous_hash, hash) is set once, later.

CREATE OR REPLACE FUNCTION kinline_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS audit_line_never ON audit_line;

CREATE TRIGGER audit_line_never BEFORE DELETE ON audit_line
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS audit_line_never_emptied ON audit_line;

CREATE TRIGGER audit_line_never_emptied BEFORE TRUNCATE ON audit_line
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

CREATE OR REPLACE FUNCTION kinline_sealed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.position IS NULL AND OLD.previous_hash IS NULL AND OLD.hash IS NULL
    AND NEW.position IS NOT NULL AND NEW.previous_hash IS NOT NULL AND NEW.hash IS NOT NULL
    AND (NEW.id, NEW.at, NEW.actor_kind, NEW.actor, NEW.act, NEW.subject_kind, NEW.subject, NEW.facility, NEW.purpose, NEW.facts)
      IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor_kind, OLD.actor, OLD.act, OLD.subject_kind, OLD.subject, OLD.facility, OLD.purpose, OLD.facts)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an audit line is sealed once and never changed'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS audit_line_sealed_once ON audit_line;

CREATE TRIGGER audit_line_sealed_once BEFORE UPDATE ON audit_line
  FOR EACH ROW EXECUTE FUNCTION kinline_sealed_once();

-- What is locked away is listened to by nobody, and the lock is not taken off.

CREATE OR REPLACE FUNCTION kinline_listening_of_quarantined() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM recordings_quarantine WHERE recording_id = NEW.recording_id) THEN
    RAISE EXCEPTION 'nobody listens to what is in quarantine'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS listening_of_quarantined ON recordings_listening;

CREATE TRIGGER listening_of_quarantined BEFORE INSERT ON recordings_listening
  FOR EACH ROW EXECUTE FUNCTION kinline_listening_of_quarantined();

CREATE OR REPLACE FUNCTION kinline_quarantine_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a quarantine is not taken back'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS quarantine_kept ON recordings_quarantine;

CREATE TRIGGER quarantine_kept BEFORE DELETE ON recordings_quarantine
  FOR EACH ROW EXECUTE FUNCTION kinline_quarantine_kept();

CREATE OR REPLACE FUNCTION kinline_quarantine_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.recording_id <> OLD.recording_id OR NEW.contact <> OLD.contact
    OR NEW.found_by <> OLD.found_by OR NEW.found_at IS DISTINCT FROM OLD.found_at
    OR NEW.why <> OLD.why OR OLD.destroyed_at IS NOT NULL THEN
    RAISE EXCEPTION 'a quarantine and its proof stand'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS quarantine_stays ON recordings_quarantine;

CREATE TRIGGER quarantine_stays BEFORE UPDATE ON recordings_quarantine
  FOR EACH ROW EXECUTE FUNCTION kinline_quarantine_stays();

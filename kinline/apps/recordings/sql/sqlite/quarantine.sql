-- What is locked away is listened to by nobody, and the lock is not taken off.

DROP TRIGGER IF EXISTS recordings_listening_of_quarantined;

CREATE TRIGGER recordings_listening_of_quarantined BEFORE INSERT ON recordings_listening
WHEN EXISTS (SELECT 1 FROM recordings_quarantine WHERE recording_id = NEW.recording_id)
BEGIN
  SELECT RAISE(ABORT, 'nobody listens to what is in quarantine');
END;

DROP TRIGGER IF EXISTS recordings_quarantine_no_delete;

CREATE TRIGGER recordings_quarantine_no_delete BEFORE DELETE ON recordings_quarantine
BEGIN
  SELECT RAISE(ABORT, 'a quarantine is not taken back');
END;

DROP TRIGGER IF EXISTS recordings_quarantine_stays;

CREATE TRIGGER recordings_quarantine_stays BEFORE UPDATE ON recordings_quarantine
WHEN NEW.recording_id <> OLD.recording_id OR NEW.contact <> OLD.contact
  OR NEW.found_by <> OLD.found_by OR NEW.found_at IS NOT OLD.found_at OR NEW.why <> OLD.why
  OR OLD.destroyed_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a quarantine and its proof stand');
END;

-- A private call has no recording, and a call does not stop being private.

DROP TRIGGER IF EXISTS calls_call_stays_private;

CREATE TRIGGER calls_call_stays_private BEFORE UPDATE OF private, id ON calls_call
WHEN (OLD.private AND NOT NEW.private) OR NEW.id <> OLD.id
BEGIN
  SELECT RAISE(ABORT, 'a call does not stop being private');
END;

DROP TRIGGER IF EXISTS calls_call_recorded_is_not_private;

CREATE TRIGGER calls_call_recorded_is_not_private BEFORE UPDATE OF private ON calls_call
WHEN NEW.private AND NOT OLD.private
  AND EXISTS (SELECT 1 FROM recordings_recording WHERE call = OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'a call that has a recording cannot be called private');
END;

DROP TRIGGER IF EXISTS recordings_recording_of_an_open_call;

CREATE TRIGGER recordings_recording_of_an_open_call BEFORE INSERT ON recordings_recording
WHEN NOT EXISTS (SELECT 1 FROM calls_call WHERE id = NEW.call AND NOT private)
BEGIN
  SELECT RAISE(ABORT, 'no recording of a private or unknown call');
END;

DROP TRIGGER IF EXISTS recordings_recording_keeps_its_call;

CREATE TRIGGER recordings_recording_keeps_its_call BEFORE UPDATE OF call, id
  ON recordings_recording
WHEN NEW.call <> OLD.call OR NEW.id <> OLD.id
BEGIN
  SELECT RAISE(ABORT, 'a recording stays with its call');
END;

DROP TRIGGER IF EXISTS recordings_track_of_an_open_call;

CREATE TRIGGER recordings_track_of_an_open_call BEFORE INSERT ON recordings_track
WHEN NOT EXISTS (
  SELECT 1 FROM recordings_recording r JOIN calls_call c ON c.id = r.call
  WHERE r.id = NEW.recording_id AND NOT c.private
)
BEGIN
  SELECT RAISE(ABORT, 'no track of a private or unknown call');
END;

DROP TRIGGER IF EXISTS recordings_track_no_update;

CREATE TRIGGER recordings_track_no_update BEFORE UPDATE ON recordings_track
BEGIN
  SELECT RAISE(ABORT, 'a track is told once');
END;

-- A visit that is private, or is not to be recorded, has no recording; an end is told once.

DROP TRIGGER IF EXISTS recordings_visitrecording_of_a_recorded_visit;

CREATE TRIGGER recordings_visitrecording_of_a_recorded_visit BEFORE INSERT
  ON recordings_visitrecording
WHEN NOT EXISTS (SELECT 1 FROM visits_visit WHERE id = NEW.visit AND NOT private AND recorded)
BEGIN
  SELECT RAISE(ABORT, 'no recording of a private, unrecorded or unknown visit');
END;

DROP TRIGGER IF EXISTS recordings_visitrecording_keeps_its_visit;

CREATE TRIGGER recordings_visitrecording_keeps_its_visit BEFORE UPDATE OF visit, id
  ON recordings_visitrecording
WHEN NEW.visit <> OLD.visit OR NEW.id <> OLD.id
BEGIN
  SELECT RAISE(ABORT, 'a recording stays with its visit');
END;

DROP TRIGGER IF EXISTS visits_visit_recorded_is_not_private;

CREATE TRIGGER visits_visit_recorded_is_not_private BEFORE UPDATE OF private, recorded
  ON visits_visit
WHEN (NEW.private OR NOT NEW.recorded)
  AND EXISTS (SELECT 1 FROM recordings_visitrecording WHERE visit = OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'a visit that has a recording cannot be called private or unrecorded');
END;

DROP TRIGGER IF EXISTS recordings_visittrack_of_a_recorded_visit;

CREATE TRIGGER recordings_visittrack_of_a_recorded_visit BEFORE INSERT ON recordings_visittrack
WHEN NOT EXISTS (
  SELECT 1 FROM recordings_visitrecording r JOIN visits_visit v ON v.id = r.visit
  WHERE r.id = NEW.recording_id AND NOT v.private AND v.recorded
)
BEGIN
  SELECT RAISE(ABORT, 'no track of a private, unrecorded or unknown visit');
END;

DROP TRIGGER IF EXISTS recordings_visittrack_no_update;

CREATE TRIGGER recordings_visittrack_no_update BEFORE UPDATE ON recordings_visittrack
BEGIN
  SELECT RAISE(ABORT, 'a track is told once');
END;

DROP TRIGGER IF EXISTS visits_meeting_is_over;

CREATE TRIGGER visits_meeting_is_over BEFORE UPDATE ON visits_meeting
WHEN OLD.ended_at IS NOT NULL AND (
  NEW.ended_at IS NULL OR NEW.ended_at <> OLD.ended_at OR NEW.end_reason <> OLD.end_reason
  OR NEW.seconds <> OLD.seconds
)
BEGIN
  SELECT RAISE(ABORT, 'a visit ends once');
END;

DROP TRIGGER IF EXISTS visits_meeting_not_of_a_private_visit;

DROP TRIGGER IF EXISTS visits_meetingorder_nobody_speaks_into_a_private_visit;

CREATE TRIGGER visits_meetingorder_nobody_speaks_into_a_private_visit BEFORE INSERT
  ON visits_meetingorder
WHEN NEW."order" <> 'end' AND EXISTS (SELECT 1 FROM visits_visit WHERE id = NEW.visit_id AND private)
BEGIN
  SELECT RAISE(ABORT, 'nobody speaks into a private visit');
END;

DROP TRIGGER IF EXISTS visits_meetingstep_no_update;

CREATE TRIGGER visits_meetingstep_no_update BEFORE UPDATE ON visits_meetingstep
BEGIN
  SELECT RAISE(ABORT, 'what an engine told is kept');
END;

DROP TRIGGER IF EXISTS visits_meetingstep_no_delete;

CREATE TRIGGER visits_meetingstep_no_delete BEFORE DELETE ON visits_meetingstep
BEGIN
  SELECT RAISE(ABORT, 'what an engine told is kept');
END;

-- A control is never changed: it is confirmed once, ended once, and kept.

DROP TRIGGER IF EXISTS people_control_stays;

CREATE TRIGGER people_control_stays BEFORE UPDATE ON people_control
WHEN NEW.id <> OLD.id OR NEW.agency_id <> OLD.agency_id OR NEW.facility_id IS NOT OLD.facility_id
  OR NEW.level <> OLD.level OR NEW.subject <> OLD.subject OR NEW.kind <> OLD.kind
  OR NEW.amount IS NOT OLD.amount OR NEW.hours <> OLD.hours OR NEW.attorneys <> OLD.attorneys
  OR NEW.why <> OLD.why OR NEW.note <> OLD.note
  OR NEW.from_at <> OLD.from_at OR NEW.until_at IS NOT OLD.until_at
  OR NEW.stricter <> OLD.stricter OR NEW.set_by <> OLD.set_by OR NEW.set_at <> OLD.set_at
  OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NOT OLD.confirmed_at
    OR NEW.confirmed_by <> OLD.confirmed_by OR NEW.confirmed_why <> OLD.confirmed_why))
  OR (OLD.ended_at IS NOT NULL
    AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.ended_by <> OLD.ended_by))
BEGIN
  SELECT RAISE(ABORT, 'a control is never changed');
END;

DROP TRIGGER IF EXISTS people_control_no_delete;

CREATE TRIGGER people_control_no_delete BEFORE DELETE ON people_control
BEGIN
  SELECT RAISE(ABORT, 'a control is kept');
END;

DROP TRIGGER IF EXISTS people_accessbaseline_stays;

CREATE TRIGGER people_accessbaseline_stays BEFORE UPDATE ON people_accessbaseline
BEGIN
  SELECT RAISE(ABORT, 'a baseline is corrected by another one');
END;

DROP TRIGGER IF EXISTS people_accessbaseline_no_delete;

CREATE TRIGGER people_accessbaseline_no_delete BEFORE DELETE ON people_accessbaseline
BEGIN
  SELECT RAISE(ABORT, 'a baseline is kept');
END;

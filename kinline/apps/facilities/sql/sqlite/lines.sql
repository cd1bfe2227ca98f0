-- An open line is written once; only its end may be set. No line is deleted.

DROP TRIGGER IF EXISTS facilities_openline_written_once;

CREATE TRIGGER facilities_openline_written_once BEFORE UPDATE ON facilities_openline
WHEN OLD.id <> NEW.id OR OLD.facility_id <> NEW.facility_id OR OLD.kind <> NEW.kind
  OR OLD.names <> NEW.names OR OLD.e164 <> NEW.e164 OR OLD.digits <> NEW.digits
  OR OLD.with_pin <> NEW.with_pin OR OLD.private <> NEW.private
  OR OLD.anonymous <> NEW.anonymous OR OLD.direct <> NEW.direct OR OLD.from_on <> NEW.from_on
BEGIN
  SELECT RAISE(ABORT, 'an open line is written once: end it and set a new one');
END;

DROP TRIGGER IF EXISTS facilities_openline_no_delete;

CREATE TRIGGER facilities_openline_no_delete BEFORE DELETE ON facilities_openline
BEGIN
  SELECT RAISE(ABORT, 'an open line is never deleted');
END;

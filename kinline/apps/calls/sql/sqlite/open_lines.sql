-- A call to an anonymous line has no person and no station; one to a private line is private.

DROP TRIGGER IF EXISTS calls_call_anonymous_line_insert;

CREATE TRIGGER calls_call_anonymous_line_insert BEFORE INSERT ON calls_call
WHEN (NEW.person_id IS NOT NULL OR NEW.station_id IS NOT NULL OR NEW.caller <> 'anonymous')
  AND EXISTS (SELECT 1 FROM facilities_openline WHERE id = NEW.line_id AND anonymous)
BEGIN
  SELECT RAISE(ABORT, 'a call to an anonymous line has no person and no station');
END;

DROP TRIGGER IF EXISTS calls_call_anonymous_line_update;

CREATE TRIGGER calls_call_anonymous_line_update
BEFORE UPDATE OF person_id, station_id, caller, line_id ON calls_call
WHEN (NEW.person_id IS NOT NULL OR NEW.station_id IS NOT NULL OR NEW.caller <> 'anonymous')
  AND EXISTS (
    SELECT 1 FROM facilities_openline WHERE id IN (OLD.line_id, NEW.line_id) AND anonymous
  )
BEGIN
  SELECT RAISE(ABORT, 'a call to an anonymous line has no person and no station');
END;

DROP TRIGGER IF EXISTS calls_call_private_line_insert;

CREATE TRIGGER calls_call_private_line_insert BEFORE INSERT ON calls_call
WHEN NOT NEW.private
  AND EXISTS (SELECT 1 FROM facilities_openline WHERE id = NEW.line_id AND private)
BEGIN
  SELECT RAISE(ABORT, 'a call to a private line is private');
END;

DROP TRIGGER IF EXISTS calls_call_private_line_update;

CREATE TRIGGER calls_call_private_line_update BEFORE UPDATE OF private, line_id ON calls_call
WHEN (NEW.line_id IS NOT OLD.line_id)
  OR (NOT NEW.private
    AND EXISTS (SELECT 1 FROM facilities_openline WHERE id = NEW.line_id AND private))
BEGIN
  SELECT RAISE(ABORT, 'a call stays with its line, and as private as that is');
END;

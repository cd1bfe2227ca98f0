-- A private call is not listened to and not watched for, and who listened or was told stays written.

DROP TRIGGER IF EXISTS calls_livelistening_of_an_open_call;

CREATE TRIGGER calls_livelistening_of_an_open_call BEFORE INSERT ON calls_livelistening
WHEN NOT EXISTS (SELECT 1 FROM calls_call WHERE id = NEW.call_id AND NOT private)
BEGIN
  SELECT RAISE(ABORT, 'nobody listens to a private or unknown call');
END;

DROP TRIGGER IF EXISTS calls_livelistening_keeps_its_call;

CREATE TRIGGER calls_livelistening_keeps_its_call BEFORE UPDATE OF call_id ON calls_livelistening
WHEN NEW.call_id <> OLD.call_id
BEGIN
  SELECT RAISE(ABORT, 'what was written of a call stays with it');
END;

DROP TRIGGER IF EXISTS calls_livelistening_no_delete;

CREATE TRIGGER calls_livelistening_no_delete BEFORE DELETE ON calls_livelistening
BEGIN
  SELECT RAISE(ABORT, 'who listened, and who was told, stays written');
END;

DROP TRIGGER IF EXISTS calls_watchalert_of_an_open_call;

CREATE TRIGGER calls_watchalert_of_an_open_call BEFORE INSERT ON calls_watchalert
WHEN NOT EXISTS (SELECT 1 FROM calls_call WHERE id = NEW.call_id AND NOT private)
BEGIN
  SELECT RAISE(ABORT, 'nobody is told of a private or unknown call');
END;

DROP TRIGGER IF EXISTS calls_watchalert_keeps_its_call;

CREATE TRIGGER calls_watchalert_keeps_its_call BEFORE UPDATE OF call_id ON calls_watchalert
WHEN NEW.call_id <> OLD.call_id
BEGIN
  SELECT RAISE(ABORT, 'what was written of a call stays with it');
END;

DROP TRIGGER IF EXISTS calls_watchalert_no_delete;

CREATE TRIGGER calls_watchalert_no_delete BEFORE DELETE ON calls_watchalert
BEGIN
  SELECT RAISE(ABORT, 'who listened, and who was told, stays written');
END;

DROP TRIGGER IF EXISTS calls_call_listened_is_not_private;

CREATE TRIGGER calls_call_listened_is_not_private BEFORE UPDATE OF private ON calls_call
WHEN NEW.private AND NOT OLD.private
  AND EXISTS (SELECT 1 FROM calls_livelistening WHERE call_id = OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'a call that was listened to cannot be called private');
END;

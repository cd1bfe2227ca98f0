-- What an engine told, and the record of a call (CDR), are written once; no call is deleted.

DROP TRIGGER IF EXISTS calls_callrecord_no_update;

CREATE TRIGGER calls_callrecord_no_update BEFORE UPDATE ON calls_callrecord
BEGIN
  SELECT RAISE(ABORT, 'a call record is never changed');
END;

DROP TRIGGER IF EXISTS calls_callrecord_no_delete;

CREATE TRIGGER calls_callrecord_no_delete BEFORE DELETE ON calls_callrecord
BEGIN
  SELECT RAISE(ABORT, 'a call record is never changed');
END;

DROP TRIGGER IF EXISTS calls_callstep_no_update;

CREATE TRIGGER calls_callstep_no_update BEFORE UPDATE ON calls_callstep
BEGIN
  SELECT RAISE(ABORT, 'a step is never changed');
END;

DROP TRIGGER IF EXISTS calls_callstep_no_delete;

CREATE TRIGGER calls_callstep_no_delete BEFORE DELETE ON calls_callstep
BEGIN
  SELECT RAISE(ABORT, 'a step is never changed');
END;

DROP TRIGGER IF EXISTS calls_call_no_delete;

CREATE TRIGGER calls_call_no_delete BEFORE DELETE ON calls_call
BEGIN
  SELECT RAISE(ABORT, 'a call is never deleted');
END;

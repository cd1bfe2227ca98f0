-- A sign of a third party is evidence: it is written once.

DROP TRIGGER IF EXISTS calls_callsign_no_update;

CREATE TRIGGER calls_callsign_no_update BEFORE UPDATE ON calls_callsign
BEGIN
  SELECT RAISE(ABORT, 'a sign is never changed');
END;

DROP TRIGGER IF EXISTS calls_callsign_no_delete;

CREATE TRIGGER calls_callsign_no_delete BEFORE DELETE ON calls_callsign
BEGIN
  SELECT RAISE(ABORT, 'a sign is never changed');
END;

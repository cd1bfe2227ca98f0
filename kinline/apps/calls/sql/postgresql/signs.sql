-- A sign of a third party is evidence: it is written once.

DROP TRIGGER IF EXISTS calls_callsign_never ON calls_callsign;

CREATE TRIGGER calls_callsign_never BEFORE UPDATE OR DELETE ON calls_callsign
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS calls_callsign_never_emptied ON calls_callsign;

CREATE TRIGGER calls_callsign_never_emptied BEFORE TRUNCATE ON calls_callsign
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

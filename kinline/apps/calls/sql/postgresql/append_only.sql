-- What an engine told, and the record of a call (CDR), are written once; no call is deleted.

CREATE OR REPLACE FUNCTION kinline_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS calls_callrecord_never ON calls_callrecord;

CREATE TRIGGER calls_callrecord_never BEFORE UPDATE OR DELETE ON calls_callrecord
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS calls_callrecord_never_emptied ON calls_callrecord;

CREATE TRIGGER calls_callrecord_never_emptied BEFORE TRUNCATE ON calls_callrecord
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS calls_callstep_never ON calls_callstep;

CREATE TRIGGER calls_callstep_never BEFORE UPDATE OR DELETE ON calls_callstep
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS calls_callstep_never_emptied ON calls_callstep;

CREATE TRIGGER calls_callstep_never_emptied BEFORE TRUNCATE ON calls_callstep
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS calls_call_never ON calls_call;

CREATE TRIGGER calls_call_never BEFORE DELETE ON calls_call
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS calls_call_never_emptied ON calls_call;

CREATE TRIGGER calls_call_never_emptied BEFORE TRUNCATE ON calls_call
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

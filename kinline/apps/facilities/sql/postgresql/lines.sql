-- An open line is written once; only its end may be set. No line is deleted.

CREATE OR REPLACE FUNCTION kinline_line_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an open line is never deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (OLD.id, OLD.facility_id, OLD.kind, OLD.names, OLD.e164, OLD.digits, OLD.with_pin,
      OLD.private, OLD.anonymous, OLD.direct, OLD.from_on)
    IS DISTINCT FROM
     (NEW.id, NEW.facility_id, NEW.kind, NEW.names, NEW.e164, NEW.digits, NEW.with_pin,
      NEW.private, NEW.anonymous, NEW.direct, NEW.from_on) THEN
    RAISE EXCEPTION 'an open line is written once: end it and set a new one'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS line_written_once ON facilities_openline;

CREATE TRIGGER line_written_once BEFORE UPDATE OR DELETE ON facilities_openline
  FOR EACH ROW EXECUTE FUNCTION kinline_line_written_once();

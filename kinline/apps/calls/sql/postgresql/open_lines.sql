-- A call to an anonymous line has no person and no station; one to a private line is private.

CREATE OR REPLACE FUNCTION kinline_as_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.line_id IS DISTINCT FROM OLD.line_id THEN
    RAISE EXCEPTION 'a call stays with its line'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.line_id IS NULL THEN
    RETURN NEW;
  END IF;
  IF (NEW.person_id IS NOT NULL OR NEW.station_id IS NOT NULL OR NEW.caller <> 'anonymous')
    AND EXISTS (SELECT 1 FROM facilities_openline WHERE id = NEW.line_id AND anonymous) THEN
    RAISE EXCEPTION 'a call to an anonymous line has no person and no station'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT NEW.private
    AND EXISTS (SELECT 1 FROM facilities_openline WHERE id = NEW.line_id AND private) THEN
    RAISE EXCEPTION 'a call to a private line is private'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS as_its_line ON calls_call;

CREATE TRIGGER as_its_line BEFORE INSERT OR UPDATE ON calls_call
  FOR EACH ROW EXECUTE FUNCTION kinline_as_its_line();

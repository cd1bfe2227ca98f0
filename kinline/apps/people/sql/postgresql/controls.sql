-- A control is never changed: it is confirmed once, ended once, and kept.

CREATE OR REPLACE FUNCTION kinline_control_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.agency_id <> OLD.agency_id
    OR NEW.facility_id IS DISTINCT FROM OLD.facility_id
    OR NEW.level <> OLD.level OR NEW.subject <> OLD.subject OR NEW.kind <> OLD.kind
    OR NEW.amount IS DISTINCT FROM OLD.amount OR NEW.hours <> OLD.hours
    OR NEW.attorneys <> OLD.attorneys OR NEW.why <> OLD.why OR NEW.note <> OLD.note
    OR NEW.from_at <> OLD.from_at OR NEW.until_at IS DISTINCT FROM OLD.until_at
    OR NEW.stricter <> OLD.stricter OR NEW.set_by <> OLD.set_by OR NEW.set_at <> OLD.set_at
    OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
      OR NEW.confirmed_by <> OLD.confirmed_by OR NEW.confirmed_why <> OLD.confirmed_why))
    OR (OLD.ended_at IS NOT NULL
      AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.ended_by <> OLD.ended_by)) THEN
    RAISE EXCEPTION 'a control is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS control_stays ON people_control;

CREATE TRIGGER control_stays BEFORE UPDATE ON people_control
  FOR EACH ROW EXECUTE FUNCTION kinline_control_stays();

CREATE OR REPLACE FUNCTION kinline_control_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'controls and baselines are kept'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS control_kept ON people_control;

CREATE TRIGGER control_kept BEFORE DELETE ON people_control
  FOR EACH ROW EXECUTE FUNCTION kinline_control_kept();

DROP TRIGGER IF EXISTS control_kept_whole ON people_control;

CREATE TRIGGER control_kept_whole BEFORE TRUNCATE ON people_control
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_control_kept();

DROP TRIGGER IF EXISTS baseline_kept ON people_accessbaseline;

CREATE TRIGGER baseline_kept BEFORE UPDATE OR DELETE ON people_accessbaseline
  FOR EACH ROW EXECUTE FUNCTION kinline_control_kept();

DROP TRIGGER IF EXISTS baseline_kept_whole ON people_accessbaseline;

CREATE TRIGGER baseline_kept_whole BEFORE TRUNCATE ON people_accessbaseline
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_control_kept();

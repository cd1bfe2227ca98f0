-- A visit stays private, keeps its times once held, and frees what it had taken when it is over.

CREATE OR REPLACE FUNCTION kinline_visit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.person_id <> OLD.person_id
    OR NEW.facility_id <> OLD.facility_id
    OR (OLD.private AND NOT NEW.private)
    OR (NEW.private AND NOT OLD.private AND OLD.state NOT IN ('requested', 'booked')) THEN
    RAISE EXCEPTION 'a visit stays whose it is, and stays private'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state NOT IN ('requested', 'booked') AND (
    NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.station_id <> OLD.station_id OR NEW.price_cents <> OLD.price_cents
  ) THEN
    RAISE EXCEPTION 'a visit that was held keeps its times'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state NOT IN ('requested', 'booked', 'held') AND NEW.state <> OLD.state THEN
    RAISE EXCEPTION 'what is over stays over'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS visit_stays ON visits_visit;

CREATE TRIGGER visit_stays BEFORE UPDATE ON visits_visit
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_stays();

CREATE OR REPLACE FUNCTION kinline_visit_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state NOT IN ('requested', 'booked', 'held') THEN
    DELETE FROM visits_slotclaim WHERE visit_id = NEW.id;
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS visit_frees ON visits_visit;

CREATE TRIGGER visit_frees AFTER UPDATE OF state ON visits_visit
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_frees();

CREATE OR REPLACE FUNCTION kinline_waiting_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'offered' THEN
    DELETE FROM visits_slotclaim WHERE waiting_id = NEW.id;
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS waiting_frees ON visits_waitingplace;

CREATE TRIGGER waiting_frees AFTER UPDATE OF state ON visits_waitingplace
  FOR EACH ROW EXECUTE FUNCTION kinline_waiting_frees();

CREATE OR REPLACE FUNCTION kinline_claim_of_what_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- FOR SHARE: nobody ends it between this look and our commit, which would leave the claim behind.
  PERFORM 1 FROM visits_visit
    WHERE id = NEW.visit_id AND state IN ('requested', 'booked', 'held') FOR SHARE;
  IF NOT FOUND THEN
    PERFORM 1 FROM visits_waitingplace
      WHERE id = NEW.waiting_id AND state = 'offered' FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'only what is to come takes a slot'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS claim_of_what_comes ON visits_slotclaim;

CREATE TRIGGER claim_of_what_comes BEFORE INSERT ON visits_slotclaim
  FOR EACH ROW EXECUTE FUNCTION kinline_claim_of_what_comes();

CREATE OR REPLACE FUNCTION kinline_visit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was written of a visit is kept'
    USING ERRCODE = 'integrity_constraint_violation';
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS visit_is_kept ON visits_visit;

CREATE TRIGGER visit_is_kept BEFORE DELETE ON visits_visit
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_is_kept();

DROP TRIGGER IF EXISTS claim_is_kept ON visits_slotclaim;

CREATE TRIGGER claim_is_kept BEFORE UPDATE ON visits_slotclaim
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_is_kept();

DROP TRIGGER IF EXISTS visitor_is_kept ON visits_visitvisitor;

CREATE TRIGGER visitor_is_kept BEFORE UPDATE OR DELETE ON visits_visitvisitor
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_is_kept();

DROP TRIGGER IF EXISTS step_is_kept ON visits_visitstep;

CREATE TRIGGER step_is_kept BEFORE UPDATE OR DELETE ON visits_visitstep
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_is_kept();

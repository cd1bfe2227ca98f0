-- A visit stays private, keeps its times once held, and frees what it had taken when it is over.

DROP TRIGGER IF EXISTS visits_visit_stays;

CREATE TRIGGER visits_visit_stays BEFORE UPDATE ON visits_visit
WHEN NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.person_id <> OLD.person_id
  OR NEW.facility_id <> OLD.facility_id
  OR (OLD.private AND NOT NEW.private)
  OR (NEW.private AND NOT OLD.private AND OLD.state NOT IN ('requested', 'booked'))
BEGIN
  SELECT RAISE(ABORT, 'a visit stays whose it is, and stays private');
END;

DROP TRIGGER IF EXISTS visits_visit_keeps_its_times;

CREATE TRIGGER visits_visit_keeps_its_times BEFORE UPDATE ON visits_visit
WHEN OLD.state NOT IN ('requested', 'booked') AND (
  NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
  OR NEW.station_id <> OLD.station_id OR NEW.price_cents <> OLD.price_cents
)
BEGIN
  SELECT RAISE(ABORT, 'a visit that was held keeps its times');
END;

DROP TRIGGER IF EXISTS visits_visit_is_over;

CREATE TRIGGER visits_visit_is_over BEFORE UPDATE OF state ON visits_visit
WHEN OLD.state NOT IN ('requested', 'booked', 'held') AND NEW.state <> OLD.state
BEGIN
  SELECT RAISE(ABORT, 'what is over stays over');
END;

DROP TRIGGER IF EXISTS visits_visit_no_delete;

CREATE TRIGGER visits_visit_no_delete BEFORE DELETE ON visits_visit
BEGIN
  SELECT RAISE(ABORT, 'that a visit was booked is kept');
END;

DROP TRIGGER IF EXISTS visits_visit_frees_its_claims;

CREATE TRIGGER visits_visit_frees_its_claims AFTER UPDATE OF state ON visits_visit
WHEN NEW.state NOT IN ('requested', 'booked', 'held')
BEGIN
  DELETE FROM visits_slotclaim WHERE visit_id = NEW.id;
END;

DROP TRIGGER IF EXISTS visits_waitingplace_frees_its_claims;

CREATE TRIGGER visits_waitingplace_frees_its_claims AFTER UPDATE OF state ON visits_waitingplace
WHEN NEW.state <> 'offered'
BEGIN
  DELETE FROM visits_slotclaim WHERE waiting_id = NEW.id;
END;

DROP TRIGGER IF EXISTS visits_slotclaim_of_what_is_to_come;

CREATE TRIGGER visits_slotclaim_of_what_is_to_come BEFORE INSERT ON visits_slotclaim
WHEN NOT EXISTS (
  SELECT 1 FROM visits_visit
  WHERE id = NEW.visit_id AND state IN ('requested', 'booked', 'held')
) AND NOT EXISTS (
  SELECT 1 FROM visits_waitingplace WHERE id = NEW.waiting_id AND state = 'offered'
)
BEGIN
  SELECT RAISE(ABORT, 'only what is to come takes a slot');
END;

DROP TRIGGER IF EXISTS visits_slotclaim_no_update;

CREATE TRIGGER visits_slotclaim_no_update BEFORE UPDATE ON visits_slotclaim
BEGIN
  SELECT RAISE(ABORT, 'a claim is made and freed, never changed');
END;

DROP TRIGGER IF EXISTS visits_visitor_no_update;

CREATE TRIGGER visits_visitor_no_update BEFORE UPDATE ON visits_visitvisitor
BEGIN
  SELECT RAISE(ABORT, 'who comes to a visit stays as it is');
END;

DROP TRIGGER IF EXISTS visits_visitor_no_delete;

CREATE TRIGGER visits_visitor_no_delete BEFORE DELETE ON visits_visitvisitor
BEGIN
  SELECT RAISE(ABORT, 'who comes to a visit stays as it is');
END;

DROP TRIGGER IF EXISTS visits_step_no_update;

CREATE TRIGGER visits_step_no_update BEFORE UPDATE ON visits_visitstep
BEGIN
  SELECT RAISE(ABORT, 'what happened to a visit is kept');
END;

DROP TRIGGER IF EXISTS visits_step_no_delete;

CREATE TRIGGER visits_step_no_delete BEFORE DELETE ON visits_visitstep
BEGIN
  SELECT RAISE(ABORT, 'what happened to a visit is kept');
END;

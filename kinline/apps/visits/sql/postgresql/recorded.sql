-- A visit that is private, or is not to be recorded, has no recording; an end is told once.

CREATE OR REPLACE FUNCTION kinline_of_a_recorded_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- FOR SHARE: nobody makes the visit private between this look and our commit.
  PERFORM 1 FROM visits_visit WHERE id = NEW.visit AND NOT private AND recorded FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no recording of a private, unrecorded or unknown visit'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS of_a_recorded_visit ON recordings_visitrecording;

CREATE TRIGGER of_a_recorded_visit BEFORE INSERT ON recordings_visitrecording
  FOR EACH ROW EXECUTE FUNCTION kinline_of_a_recorded_visit();

CREATE OR REPLACE FUNCTION kinline_keeps_its_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.visit <> OLD.visit OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'a recording stays with its visit'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS keeps_its_visit ON recordings_visitrecording;

CREATE TRIGGER keeps_its_visit BEFORE UPDATE ON recordings_visitrecording
  FOR EACH ROW EXECUTE FUNCTION kinline_keeps_its_visit();

CREATE OR REPLACE FUNCTION kinline_recorded_visit_is_not_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.private OR NOT NEW.recorded)
    AND EXISTS (SELECT 1 FROM recordings_visitrecording WHERE visit = OLD.id) THEN
    RAISE EXCEPTION 'a visit that has a recording cannot be called private or unrecorded'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS recorded_is_not_private ON visits_visit;

CREATE TRIGGER recorded_is_not_private BEFORE UPDATE ON visits_visit
  FOR EACH ROW EXECUTE FUNCTION kinline_recorded_visit_is_not_private();

CREATE OR REPLACE FUNCTION kinline_track_of_a_recorded_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM recordings_visitrecording r JOIN visits_visit v ON v.id = r.visit
    WHERE r.id = NEW.recording_id AND NOT v.private AND v.recorded;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no track of a private, unrecorded or unknown visit'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS track_of_a_recorded_visit ON recordings_visittrack;

CREATE TRIGGER track_of_a_recorded_visit BEFORE INSERT ON recordings_visittrack
  FOR EACH ROW EXECUTE FUNCTION kinline_track_of_a_recorded_visit();

CREATE OR REPLACE FUNCTION kinline_visit_track_told_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a track is told once'
    USING ERRCODE = 'integrity_constraint_violation';
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS visit_track_told_once ON recordings_visittrack;

CREATE TRIGGER visit_track_told_once BEFORE UPDATE ON recordings_visittrack
  FOR EACH ROW EXECUTE FUNCTION kinline_visit_track_told_once();

CREATE OR REPLACE FUNCTION kinline_meeting_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL AND (
    NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.end_reason <> OLD.end_reason
    OR NEW.seconds <> OLD.seconds
  ) THEN
    RAISE EXCEPTION 'a visit ends once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS meeting_is_over ON visits_meeting;

CREATE TRIGGER meeting_is_over BEFORE UPDATE ON visits_meeting
  FOR EACH ROW EXECUTE FUNCTION kinline_meeting_is_over();

DROP TRIGGER IF EXISTS not_of_a_private_visit ON visits_meeting;

DROP FUNCTION IF EXISTS kinline_not_of_a_private_visit;

CREATE OR REPLACE FUNCTION kinline_nobody_speaks_into_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."order" <> 'end' THEN
    PERFORM 1 FROM visits_visit WHERE id = NEW.visit_id AND NOT private FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'nobody speaks into a private visit'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS nobody_speaks_into_private ON visits_meetingorder;

CREATE TRIGGER nobody_speaks_into_private BEFORE INSERT ON visits_meetingorder
  FOR EACH ROW EXECUTE FUNCTION kinline_nobody_speaks_into_private();

CREATE OR REPLACE FUNCTION kinline_meeting_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what an engine told is kept'
    USING ERRCODE = 'integrity_constraint_violation';
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS meeting_step_kept ON visits_meetingstep;

CREATE TRIGGER meeting_step_kept BEFORE UPDATE OR DELETE ON visits_meetingstep
  FOR EACH ROW EXECUTE FUNCTION kinline_meeting_step_kept();

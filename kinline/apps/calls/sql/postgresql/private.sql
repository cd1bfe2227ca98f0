-- A private call has no recording, and a call does not stop being private.

CREATE OR REPLACE FUNCTION kinline_stays_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.private AND NOT NEW.private) OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'a call does not stop being private'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.private AND NOT OLD.private
    AND EXISTS (SELECT 1 FROM recordings_recording WHERE call = OLD.id) THEN
    RAISE EXCEPTION 'a call that has a recording cannot be called private'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS stays_private ON calls_call;

CREATE TRIGGER stays_private BEFORE UPDATE ON calls_call
  FOR EACH ROW EXECUTE FUNCTION kinline_stays_private();

CREATE OR REPLACE FUNCTION kinline_of_an_open_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- FOR SHARE: nobody makes the call private between this look and our commit.
  PERFORM 1 FROM calls_call WHERE id = NEW.call AND NOT private FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no recording of a private or unknown call'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS of_an_open_call ON recordings_recording;

CREATE TRIGGER of_an_open_call BEFORE INSERT ON recordings_recording
  FOR EACH ROW EXECUTE FUNCTION kinline_of_an_open_call();

CREATE OR REPLACE FUNCTION kinline_keeps_its_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.call <> OLD.call OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'a recording stays with its call'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS keeps_its_call ON recordings_recording;

CREATE TRIGGER keeps_its_call BEFORE UPDATE ON recordings_recording
  FOR EACH ROW EXECUTE FUNCTION kinline_keeps_its_call();

CREATE OR REPLACE FUNCTION kinline_track_of_an_open_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM recordings_recording r JOIN calls_call c ON c.id = r.call
    WHERE r.id = NEW.recording_id AND NOT c.private;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no track of a private or unknown call'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS track_of_an_open_call ON recordings_track;

CREATE TRIGGER track_of_an_open_call BEFORE INSERT ON recordings_track
  FOR EACH ROW EXECUTE FUNCTION kinline_track_of_an_open_call();

CREATE OR REPLACE FUNCTION kinline_track_told_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a track is told once'
    USING ERRCODE = 'integrity_constraint_violation';
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS track_told_once ON recordings_track;

CREATE TRIGGER track_told_once BEFORE UPDATE ON recordings_track
  FOR EACH ROW EXECUTE FUNCTION kinline_track_told_once();

-- A private call is not listened to and not watched for, and who listened or was told stays written.

CREATE OR REPLACE FUNCTION kinline_heard_of_an_open_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- FOR SHARE: nobody makes the call private between this look and our commit.
  PERFORM 1 FROM calls_call WHERE id = NEW.call_id AND NOT private FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nobody listens to, or is told of, a private or unknown call'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION kinline_heard_keeps_its_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.call_id <> OLD.call_id THEN
    RAISE EXCEPTION 'what was written of a call stays with it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION kinline_heard_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'who listened, and who was told, stays written'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE OR REPLACE FUNCTION kinline_listened_is_not_private() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.private AND NOT OLD.private
    AND EXISTS (SELECT 1 FROM calls_livelistening WHERE call_id = OLD.id) THEN
    RAISE EXCEPTION 'a call that was listened to cannot be called private'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS listened_is_not_private ON calls_call;

CREATE TRIGGER listened_is_not_private BEFORE UPDATE OF private ON calls_call
  FOR EACH ROW EXECUTE FUNCTION kinline_listened_is_not_private();

DROP TRIGGER IF EXISTS heard_of_an_open_call ON calls_livelistening;

CREATE TRIGGER heard_of_an_open_call BEFORE INSERT ON calls_livelistening
  FOR EACH ROW EXECUTE FUNCTION kinline_heard_of_an_open_call();

DROP TRIGGER IF EXISTS heard_keeps_its_call ON calls_livelistening;

CREATE TRIGGER heard_keeps_its_call BEFORE UPDATE ON calls_livelistening
  FOR EACH ROW EXECUTE FUNCTION kinline_heard_keeps_its_call();

DROP TRIGGER IF EXISTS heard_stays ON calls_livelistening;

CREATE TRIGGER heard_stays BEFORE DELETE ON calls_livelistening
  FOR EACH ROW EXECUTE FUNCTION kinline_heard_stays();

DROP TRIGGER IF EXISTS heard_of_an_open_call ON calls_watchalert;

CREATE TRIGGER heard_of_an_open_call BEFORE INSERT ON calls_watchalert
  FOR EACH ROW EXECUTE FUNCTION kinline_heard_of_an_open_call();

DROP TRIGGER IF EXISTS heard_keeps_its_call ON calls_watchalert;

CREATE TRIGGER heard_keeps_its_call BEFORE UPDATE ON calls_watchalert
  FOR EACH ROW EXECUTE FUNCTION kinline_heard_keeps_its_call();

DROP TRIGGER IF EXISTS heard_stays ON calls_watchalert;

CREATE TRIGGER heard_stays BEFORE DELETE ON calls_watchalert
  FOR EACH ROW EXECUTE FUNCTION kinline_heard_stays();

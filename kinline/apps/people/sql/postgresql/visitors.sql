-- A request stays with whoever asked, and a decision about a visitor stands once it is made.

CREATE OR REPLACE FUNCTION kinline_visitor_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.contact_id <> OLD.contact_id OR NEW.facility_id <> OLD.facility_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR (OLD.decided_by <> ''
      AND (NEW.decided_by <> OLD.decided_by OR NEW.decided_at IS DISTINCT FROM OLD.decided_at))
    OR (OLD.appeal_decided_by <> '' AND (NEW.appeal_decided_by <> OLD.appeal_decided_by
      OR NEW.appeal_decided_at IS DISTINCT FROM OLD.appeal_decided_at
      OR NEW.appeal_right IS DISTINCT FROM OLD.appeal_right
      OR NEW.appeal_note <> OLD.appeal_note))
    OR (OLD.state <> 'draft' AND NEW.state = 'draft')
    OR (OLD.state = 'expired' AND NEW.state <> 'expired')
    OR (OLD.state IN ('refused', 'withdrawn') AND NEW.state <> OLD.state
      AND (NEW.state <> 'approved' OR NEW.appeal_right IS NOT TRUE)) THEN
    RAISE EXCEPTION 'a decision about a visitor stands'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS visitor_stays ON people_visitoraccess;

CREATE TRIGGER visitor_stays BEFORE UPDATE ON people_visitoraccess
  FOR EACH ROW EXECUTE FUNCTION kinline_visitor_stays();

CREATE OR REPLACE FUNCTION kinline_visitor_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' THEN
    RAISE EXCEPTION 'that somebody asked to visit is kept'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END
$$;

DROP TRIGGER IF EXISTS visitor_kept ON people_visitoraccess;

CREATE TRIGGER visitor_kept BEFORE DELETE ON people_visitoraccess
  FOR EACH ROW EXECUTE FUNCTION kinline_visitor_kept();

CREATE OR REPLACE FUNCTION kinline_picture_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.access_id <> OLD.access_id OR NEW.blob <> OLD.blob OR NEW.kind <> OLD.kind
    OR (NEW.wrapped_key <> OLD.wrapped_key AND NEW.wrapped_key <> '')
    OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL) THEN
    RAISE EXCEPTION 'a picture is not changed, only erased'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS picture_stays ON people_visitorpicture;

CREATE TRIGGER picture_stays BEFORE UPDATE ON people_visitorpicture
  FOR EACH ROW EXECUTE FUNCTION kinline_picture_stays();

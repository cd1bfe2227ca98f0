-- A request stays with whoever asked, and a decision about a visitor stands once it is made.

DROP TRIGGER IF EXISTS people_visitoraccess_stays;

CREATE TRIGGER people_visitoraccess_stays BEFORE UPDATE ON people_visitoraccess
WHEN NEW.id <> OLD.id OR NEW.contact_id <> OLD.contact_id OR NEW.facility_id <> OLD.facility_id
  OR NEW.person_id IS NOT OLD.person_id
  OR (OLD.decided_by <> ''
    AND (NEW.decided_by <> OLD.decided_by OR NEW.decided_at IS NOT OLD.decided_at))
  OR (OLD.appeal_decided_by <> '' AND (NEW.appeal_decided_by <> OLD.appeal_decided_by
    OR NEW.appeal_decided_at IS NOT OLD.appeal_decided_at
    OR NEW.appeal_right IS NOT OLD.appeal_right OR NEW.appeal_note <> OLD.appeal_note))
  OR (OLD.state <> 'draft' AND NEW.state = 'draft')
  OR (OLD.state = 'expired' AND NEW.state <> 'expired')
  OR (OLD.state IN ('refused', 'withdrawn') AND NEW.state <> OLD.state
    AND (NEW.state <> 'approved' OR NEW.appeal_right IS NOT 1))
BEGIN
  SELECT RAISE(ABORT, 'a decision about a visitor stands');
END;

DROP TRIGGER IF EXISTS people_visitoraccess_no_delete;

CREATE TRIGGER people_visitoraccess_no_delete BEFORE DELETE ON people_visitoraccess
WHEN OLD.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'that somebody asked to visit is kept');
END;

DROP TRIGGER IF EXISTS people_visitorpicture_stays;

CREATE TRIGGER people_visitorpicture_stays BEFORE UPDATE ON people_visitorpicture
WHEN NEW.access_id <> OLD.access_id OR NEW.blob <> OLD.blob OR NEW.kind <> OLD.kind
  OR (NEW.wrapped_key <> OLD.wrapped_key AND NEW.wrapped_key <> '')
  OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'a picture is not changed, only erased');
END;

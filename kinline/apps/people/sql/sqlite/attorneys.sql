-- A decision about an attorney stands once it is made, and a photo is only ever erased.

DROP TRIGGER IF EXISTS people_attorneyrequest_stays;

CREATE TRIGGER people_attorneyrequest_stays BEFORE UPDATE ON people_attorneyrequest
WHEN NEW.id <> OLD.id OR NEW.contact_id <> OLD.contact_id
  OR NEW.jurisdiction <> OLD.jurisdiction OR NEW.bar_number <> OLD.bar_number
  OR (OLD.decided_by <> '' AND (NEW.decided_by <> OLD.decided_by
    OR NEW.decided_at IS NOT OLD.decided_at OR NEW.agency_id IS NOT OLD.agency_id))
  OR (OLD.appeal_decided_by <> '' AND (NEW.appeal_decided_by <> OLD.appeal_decided_by
    OR NEW.appeal_decided_at IS NOT OLD.appeal_decided_at
    OR NEW.appeal_right IS NOT OLD.appeal_right OR NEW.appeal_note <> OLD.appeal_note))
  OR (OLD.state <> 'pending' AND NEW.state = 'pending')
  OR (OLD.state = 'expired' AND NEW.state <> 'expired')
  OR (OLD.state IN ('refused', 'withdrawn') AND NEW.state <> OLD.state
    AND (NEW.state <> 'approved' OR NEW.appeal_right IS NOT 1))
BEGIN
  SELECT RAISE(ABORT, 'a decision about an attorney stands');
END;

DROP TRIGGER IF EXISTS people_attorneyrequest_no_delete;

CREATE TRIGGER people_attorneyrequest_no_delete BEFORE DELETE ON people_attorneyrequest
BEGIN
  SELECT RAISE(ABORT, 'that somebody asked to be verified is kept');
END;

DROP TRIGGER IF EXISTS people_attorneydocument_stays;

CREATE TRIGGER people_attorneydocument_stays BEFORE UPDATE ON people_attorneydocument
WHEN NEW.request_id <> OLD.request_id OR NEW.blob <> OLD.blob
  OR (NEW.wrapped_key <> OLD.wrapped_key AND NEW.wrapped_key <> '')
  OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'a document is not changed, only erased');
END;

DROP TRIGGER IF EXISTS people_attorneynumber_stays;

CREATE TRIGGER people_attorneynumber_stays BEFORE UPDATE ON people_attorneynumber
WHEN NEW.e164 <> OLD.e164 OR NEW.contact_id <> OLD.contact_id
  OR (OLD.proven_at IS NOT NULL AND NEW.proven_at IS NOT OLD.proven_at)
  OR (OLD.dropped_at IS NOT NULL AND NEW.dropped_at IS NOT OLD.dropped_at)
BEGIN
  SELECT RAISE(ABORT, 'what was proven of a number stands');
END;

-- A decision about an attorney stands once it is made, and a photo is only ever erased.

CREATE OR REPLACE FUNCTION kinline_attorney_decision_stands() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.contact_id <> OLD.contact_id
    OR NEW.jurisdiction <> OLD.jurisdiction OR NEW.bar_number <> OLD.bar_number
    OR (OLD.decided_by <> '' AND (NEW.decided_by <> OLD.decided_by
      OR NEW.decided_at IS DISTINCT FROM OLD.decided_at
      OR NEW.agency_id IS DISTINCT FROM OLD.agency_id))
    OR (OLD.appeal_decided_by <> '' AND (NEW.appeal_decided_by <> OLD.appeal_decided_by
      OR NEW.appeal_decided_at IS DISTINCT FROM OLD.appeal_decided_at
      OR NEW.appeal_right IS DISTINCT FROM OLD.appeal_right
      OR NEW.appeal_note <> OLD.appeal_note))
    OR (OLD.state <> 'pending' AND NEW.state = 'pending')
    OR (OLD.state = 'expired' AND NEW.state <> 'expired')
    OR (OLD.state IN ('refused', 'withdrawn') AND NEW.state <> OLD.state
      AND (NEW.state <> 'approved' OR NEW.appeal_right IS DISTINCT FROM TRUE)) THEN
    RAISE EXCEPTION 'a decision about an attorney stands'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS attorney_decision_stands ON people_attorneyrequest;

CREATE TRIGGER attorney_decision_stands BEFORE UPDATE ON people_attorneyrequest
  FOR EACH ROW EXECUTE FUNCTION kinline_attorney_decision_stands();

CREATE OR REPLACE FUNCTION kinline_attorney_request_kept() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'that somebody asked to be verified is kept'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS attorney_request_kept ON people_attorneyrequest;

CREATE TRIGGER attorney_request_kept BEFORE DELETE ON people_attorneyrequest
  FOR EACH ROW EXECUTE FUNCTION kinline_attorney_request_kept();

CREATE OR REPLACE FUNCTION kinline_attorney_document_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.request_id <> OLD.request_id OR NEW.blob <> OLD.blob
    OR (NEW.wrapped_key <> OLD.wrapped_key AND NEW.wrapped_key <> '')
    OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL) THEN
    RAISE EXCEPTION 'a document is not changed, only erased'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS attorney_document_stays ON people_attorneydocument;

CREATE TRIGGER attorney_document_stays BEFORE UPDATE ON people_attorneydocument
  FOR EACH ROW EXECUTE FUNCTION kinline_attorney_document_stays();

CREATE OR REPLACE FUNCTION kinline_attorney_number_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.e164 <> OLD.e164 OR NEW.contact_id <> OLD.contact_id
    OR (OLD.proven_at IS NOT NULL AND NEW.proven_at IS DISTINCT FROM OLD.proven_at)
    OR (OLD.dropped_at IS NOT NULL AND NEW.dropped_at IS DISTINCT FROM OLD.dropped_at) THEN
    RAISE EXCEPTION 'what was proven of a number stands'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS attorney_number_stays ON people_attorneynumber;

CREATE TRIGGER attorney_number_stays BEFORE UPDATE ON people_attorneynumber
  FOR EACH ROW EXECUTE FUNCTION kinline_attorney_number_stays();

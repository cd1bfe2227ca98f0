-- Decisions are written once: undone or taken up, and an appeal goes to somebody else.

DROP TRIGGER IF EXISTS review_decision_once;

CREATE TRIGGER review_decision_once BEFORE UPDATE ON review_decision
WHEN NEW.id IS NOT OLD.id
  OR NEW.item_id IS NOT OLD.item_id
  OR NEW.appealed_id IS NOT OLD.appealed_id
  OR NEW.outcome IS NOT OLD.outcome
  OR NEW.rejected IS NOT OLD.rejected
  OR NEW.reason IS NOT OLD.reason
  OR NEW.note IS NOT OLD.note
  OR NEW.in_bulk IS NOT OLD.in_bulk
  OR NEW.decided_by IS NOT OLD.decided_by
  OR NEW.decided_at IS NOT OLD.decided_at
  OR NEW.effective_at IS NOT OLD.effective_at
  OR (OLD.undone_at IS NOT NULL AND NEW.undone_at IS NOT OLD.undone_at)
  OR (OLD.taken_up_at IS NOT NULL AND NEW.taken_up_at IS NOT OLD.taken_up_at)
  OR (OLD.taken_up_at IS NOT NULL AND NEW.appeal_until IS NOT OLD.appeal_until)
BEGIN
  SELECT RAISE(ABORT, 'a decision is written once');
END;

DROP TRIGGER IF EXISTS review_decision_no_delete;

CREATE TRIGGER review_decision_no_delete BEFORE DELETE ON review_decision
BEGIN
  SELECT RAISE(ABORT, 'what was reviewed and decided stays');
END;

DROP TRIGGER IF EXISTS review_item_no_delete;

CREATE TRIGGER review_item_no_delete BEFORE DELETE ON review_item
BEGIN
  SELECT RAISE(ABORT, 'what was reviewed and decided stays');
END;

DROP TRIGGER IF EXISTS review_appeal_no_delete;

CREATE TRIGGER review_appeal_no_delete BEFORE DELETE ON review_appeal
BEGIN
  SELECT RAISE(ABORT, 'what was reviewed and decided stays');
END;

DROP TRIGGER IF EXISTS review_opinion_no_delete;

CREATE TRIGGER review_opinion_no_delete BEFORE DELETE ON review_opinion
BEGIN
  SELECT RAISE(ABORT, 'what was reviewed and decided stays');
END;

DROP TRIGGER IF EXISTS review_policy_no_delete;

CREATE TRIGGER review_policy_no_delete BEFORE DELETE ON review_policy
BEGIN
  SELECT RAISE(ABORT, 'what was reviewed and decided stays');
END;

DROP TRIGGER IF EXISTS review_stop_no_delete;

CREATE TRIGGER review_stop_no_delete BEFORE DELETE ON review_stop
BEGIN
  SELECT RAISE(ABORT, 'what was reviewed and decided stays');
END;

DROP TRIGGER IF EXISTS review_item_same;

CREATE TRIGGER review_item_same BEFORE UPDATE ON review_item
WHEN NEW.id IS NOT OLD.id
  OR NEW.subject IS NOT OLD.subject
  OR NEW.facility_id IS NOT OLD.facility_id
  OR NEW.person_id IS NOT OLD.person_id
  OR NEW.contact_id IS NOT OLD.contact_id
  OR NEW.service IS NOT OLD.service
  OR NEW.direction IS NOT OLD.direction
  OR NEW.mode IS NOT OLD.mode
  OR NEW.before_delivery IS NOT OLD.before_delivery
  OR NEW.parts IS NOT OLD.parts
  OR NEW.submitted_at IS NOT OLD.submitted_at
BEGIN
  SELECT RAISE(ABORT, 'an item stays about the same message');
END;

DROP TRIGGER IF EXISTS review_appeal_same;

CREATE TRIGGER review_appeal_same BEFORE UPDATE ON review_appeal
WHEN NEW.id IS NOT OLD.id
  OR NEW.decision_id IS NOT OLD.decision_id
  OR NEW.facility_id IS NOT OLD.facility_id
  OR NEW.side IS NOT OLD.side
  OR NEW.made_at IS NOT OLD.made_at
BEGIN
  SELECT RAISE(ABORT, 'an appeal stays against the same decision');
END;

DROP TRIGGER IF EXISTS review_appeal_by_another;

CREATE TRIGGER review_appeal_by_another BEFORE INSERT ON review_decision
WHEN NEW.appealed_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM review_decision WHERE id = NEW.appealed_id
  AND (decided_by = NEW.decided_by OR appealed_id IS NOT NULL OR item_id <> NEW.item_id)
)
BEGIN
  SELECT RAISE(ABORT, 'who decided does not decide the appeal');
END;

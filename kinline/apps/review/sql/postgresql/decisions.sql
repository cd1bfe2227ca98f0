-- Decisions are written once: undone or taken up, and an appeal goes to somebody else.

CREATE OR REPLACE FUNCTION kinline_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE OR REPLACE FUNCTION kinline_review_decision_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id
    OR NEW.item_id IS DISTINCT FROM OLD.item_id
    OR NEW.appealed_id IS DISTINCT FROM OLD.appealed_id
    OR NEW.outcome IS DISTINCT FROM OLD.outcome
    OR NEW.rejected::text IS DISTINCT FROM OLD.rejected::text
    OR NEW.reason IS DISTINCT FROM OLD.reason
    OR NEW.note IS DISTINCT FROM OLD.note
    OR NEW.in_bulk IS DISTINCT FROM OLD.in_bulk
    OR NEW.decided_by IS DISTINCT FROM OLD.decided_by
    OR NEW.decided_at IS DISTINCT FROM OLD.decided_at
    OR NEW.effective_at IS DISTINCT FROM OLD.effective_at
    OR (OLD.undone_at IS NOT NULL AND NEW.undone_at IS DISTINCT FROM OLD.undone_at)
    OR (OLD.taken_up_at IS NOT NULL AND NEW.taken_up_at IS DISTINCT FROM OLD.taken_up_at)
    OR (OLD.taken_up_at IS NOT NULL AND NEW.appeal_until IS DISTINCT FROM OLD.appeal_until) THEN
    RAISE EXCEPTION 'a decision is written once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS review_decision_once ON review_decision;

CREATE TRIGGER review_decision_once BEFORE UPDATE ON review_decision
  FOR EACH ROW EXECUTE FUNCTION kinline_review_decision_once();

DROP TRIGGER IF EXISTS review_decision_no_delete ON review_decision;

CREATE TRIGGER review_decision_no_delete BEFORE DELETE ON review_decision
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_decision_never_emptied ON review_decision;

CREATE TRIGGER review_decision_never_emptied BEFORE TRUNCATE ON review_decision
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_item_no_delete ON review_item;

CREATE TRIGGER review_item_no_delete BEFORE DELETE ON review_item
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_item_never_emptied ON review_item;

CREATE TRIGGER review_item_never_emptied BEFORE TRUNCATE ON review_item
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_appeal_no_delete ON review_appeal;

CREATE TRIGGER review_appeal_no_delete BEFORE DELETE ON review_appeal
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_appeal_never_emptied ON review_appeal;

CREATE TRIGGER review_appeal_never_emptied BEFORE TRUNCATE ON review_appeal
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_opinion_no_delete ON review_opinion;

CREATE TRIGGER review_opinion_no_delete BEFORE DELETE ON review_opinion
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_opinion_never_emptied ON review_opinion;

CREATE TRIGGER review_opinion_never_emptied BEFORE TRUNCATE ON review_opinion
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_policy_no_delete ON review_policy;

CREATE TRIGGER review_policy_no_delete BEFORE DELETE ON review_policy
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_policy_never_emptied ON review_policy;

CREATE TRIGGER review_policy_never_emptied BEFORE TRUNCATE ON review_policy
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_stop_no_delete ON review_stop;

CREATE TRIGGER review_stop_no_delete BEFORE DELETE ON review_stop
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS review_stop_never_emptied ON review_stop;

CREATE TRIGGER review_stop_never_emptied BEFORE TRUNCATE ON review_stop
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

CREATE OR REPLACE FUNCTION kinline_review_item_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id
    OR NEW.subject IS DISTINCT FROM OLD.subject
    OR NEW.facility_id IS DISTINCT FROM OLD.facility_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR NEW.contact_id IS DISTINCT FROM OLD.contact_id
    OR NEW.service IS DISTINCT FROM OLD.service
    OR NEW.direction IS DISTINCT FROM OLD.direction
    OR NEW.mode IS DISTINCT FROM OLD.mode
    OR NEW.before_delivery IS DISTINCT FROM OLD.before_delivery
    OR NEW.parts::text IS DISTINCT FROM OLD.parts::text
    OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at THEN
    RAISE EXCEPTION 'an item stays about the same message' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS review_item_same ON review_item;

CREATE TRIGGER review_item_same BEFORE UPDATE ON review_item
  FOR EACH ROW EXECUTE FUNCTION kinline_review_item_same();

CREATE OR REPLACE FUNCTION kinline_review_appeal_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id
    OR NEW.decision_id IS DISTINCT FROM OLD.decision_id
    OR NEW.facility_id IS DISTINCT FROM OLD.facility_id
    OR NEW.side IS DISTINCT FROM OLD.side
    OR NEW.made_at IS DISTINCT FROM OLD.made_at THEN
    RAISE EXCEPTION 'an appeal stays against the same decision' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS review_appeal_same ON review_appeal;

CREATE TRIGGER review_appeal_same BEFORE UPDATE ON review_appeal
  FOR EACH ROW EXECUTE FUNCTION kinline_review_appeal_same();

CREATE OR REPLACE FUNCTION kinline_review_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.appealed_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM review_decision WHERE id = NEW.appealed_id
    AND (decided_by = NEW.decided_by OR appealed_id IS NOT NULL OR item_id <> NEW.item_id)
  ) THEN
    RAISE EXCEPTION 'who decided does not decide the appeal' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS review_appeal_by_another ON review_decision;

CREATE TRIGGER review_appeal_by_another BEFORE INSERT ON review_decision
  FOR EACH ROW EXECUTE FUNCTION kinline_review_by_another();

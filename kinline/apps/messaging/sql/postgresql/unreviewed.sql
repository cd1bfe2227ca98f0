-- Privileged mail is never reviewed: no item for it, whichever of the two comes first.

CREATE OR REPLACE FUNCTION kinline_of_ordinary_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' AND EXISTS (
    SELECT 1 FROM messaging_message WHERE id = NEW.subject::uuid AND privileged
  ) THEN
    RAISE EXCEPTION 'privileged mail is not reviewed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS of_ordinary_mail ON review_item;

CREATE TRIGGER of_ordinary_mail BEFORE INSERT ON review_item
  FOR EACH ROW EXECUTE FUNCTION kinline_of_ordinary_mail();

CREATE OR REPLACE FUNCTION kinline_keeps_its_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject <> OLD.subject THEN
    RAISE EXCEPTION 'an item stays with its message'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS keeps_its_subject ON review_item;

CREATE TRIGGER keeps_its_subject BEFORE UPDATE OF subject ON review_item
  FOR EACH ROW EXECUTE FUNCTION kinline_keeps_its_subject();

CREATE OR REPLACE FUNCTION kinline_unreviewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.privileged AND EXISTS (SELECT 1 FROM review_item WHERE subject = NEW.id::text) THEN
    RAISE EXCEPTION 'privileged mail is not reviewed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS unreviewed ON messaging_message;

CREATE TRIGGER unreviewed BEFORE INSERT ON messaging_message
  FOR EACH ROW EXECUTE FUNCTION kinline_unreviewed();

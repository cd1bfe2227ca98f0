-- Privileged mail stays so and is sealed; what was sent is not changed, only erased.

CREATE OR REPLACE FUNCTION kinline_thread_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.privileged <> OLD.privileged
    OR NEW.person_id <> OLD.person_id OR NEW.contact_id <> OLD.contact_id THEN
    RAISE EXCEPTION 'a thread stays what it is'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS thread_stays ON messaging_thread;

CREATE TRIGGER thread_stays BEFORE UPDATE ON messaging_thread
  FOR EACH ROW EXECUTE FUNCTION kinline_thread_stays();

CREATE OR REPLACE FUNCTION kinline_as_its_thread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM messaging_thread WHERE id = NEW.thread_id AND privileged = NEW.privileged;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'what is written is privileged as its thread is'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS as_its_thread ON messaging_message;

CREATE TRIGGER as_its_thread BEFORE INSERT ON messaging_message
  FOR EACH ROW EXECUTE FUNCTION kinline_as_its_thread();

DROP TRIGGER IF EXISTS as_its_thread ON messaging_draft;

CREATE TRIGGER as_its_thread BEFORE INSERT OR UPDATE OF thread_id, privileged ON messaging_draft
  FOR EACH ROW EXECUTE FUNCTION kinline_as_its_thread();

CREATE OR REPLACE FUNCTION kinline_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.thread_id <> OLD.thread_id
    OR NEW.privileged <> OLD.privileged OR NEW.direction <> OLD.direction
    OR NEW.service <> OLD.service OR NEW.sent_at <> OLD.sent_at
    OR ((NEW.text <> OLD.text OR NEW.sealed <> OLD.sealed OR NEW.wrapped_key <> OLD.wrapped_key)
      AND (NEW.erased_at IS NULL OR NEW.text <> '' OR length(NEW.sealed) > 0
        OR NEW.wrapped_key <> ''))
    OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL) THEN
    RAISE EXCEPTION 'what was sent is not changed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS message_stays ON messaging_message;

CREATE TRIGGER message_stays BEFORE UPDATE ON messaging_message
  FOR EACH ROW EXECUTE FUNCTION kinline_message_stays();

CREATE OR REPLACE FUNCTION kinline_sent_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'that a message was sent is kept'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS message_is_kept ON messaging_message;

CREATE TRIGGER message_is_kept BEFORE DELETE ON messaging_message
  FOR EACH ROW EXECUTE FUNCTION kinline_sent_is_kept();

DROP TRIGGER IF EXISTS messages_are_kept ON messaging_message;

CREATE TRIGGER messages_are_kept BEFORE TRUNCATE ON messaging_message
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_sent_is_kept();

CREATE OR REPLACE FUNCTION kinline_part_as_its_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.message_id IS NOT NULL THEN
    PERFORM 1 FROM messaging_message WHERE id = NEW.message_id AND privileged = NEW.privileged;
  ELSE
    PERFORM 1 FROM messaging_draft WHERE id = NEW.draft_id AND privileged = NEW.privileged;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a part is privileged as its message is'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS part_as_its_home ON messaging_attachment;

CREATE TRIGGER part_as_its_home BEFORE INSERT OR UPDATE OF message_id, draft_id, privileged
  ON messaging_attachment
  FOR EACH ROW EXECUTE FUNCTION kinline_part_as_its_home();

CREATE OR REPLACE FUNCTION kinline_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.message_id IS NOT NULL AND (NEW.message_id IS NULL OR NEW.message_id <> OLD.message_id
    OR NEW.kind <> OLD.kind OR NEW.blob <> OLD.blob OR NEW.card <> OLD.card
    OR ((NEW.text <> OLD.text OR NEW.alt <> OLD.alt OR NEW.wrapped_key <> OLD.wrapped_key
      OR NEW.sealed <> OLD.sealed) AND NEW.erased_at IS NULL)) THEN
    RAISE EXCEPTION 'what was sent is not changed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS part_stays ON messaging_attachment;

CREATE TRIGGER part_stays BEFORE UPDATE ON messaging_attachment
  FOR EACH ROW EXECUTE FUNCTION kinline_part_stays();

DROP TRIGGER IF EXISTS part_is_kept ON messaging_attachment;

CREATE TRIGGER part_is_kept BEFORE DELETE ON messaging_attachment
  FOR EACH ROW WHEN (OLD.message_id IS NOT NULL) EXECUTE FUNCTION kinline_sent_is_kept();

-- Privileged mail stays so and is sealed; what was sent is not changed, only erased.

DROP TRIGGER IF EXISTS messaging_thread_stays;

CREATE TRIGGER messaging_thread_stays BEFORE UPDATE ON messaging_thread
WHEN NEW.id <> OLD.id OR NEW.privileged <> OLD.privileged
  OR NEW.person_id <> OLD.person_id OR NEW.contact_id <> OLD.contact_id
BEGIN
  SELECT RAISE(ABORT, 'a thread stays what it is');
END;

DROP TRIGGER IF EXISTS messaging_message_as_its_thread;

CREATE TRIGGER messaging_message_as_its_thread BEFORE INSERT ON messaging_message
WHEN NOT EXISTS (
  SELECT 1 FROM messaging_thread WHERE id = NEW.thread_id AND privileged = NEW.privileged
)
BEGIN
  SELECT RAISE(ABORT, 'a message is privileged as its thread is');
END;

DROP TRIGGER IF EXISTS messaging_message_stays;

CREATE TRIGGER messaging_message_stays BEFORE UPDATE ON messaging_message
WHEN NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.thread_id <> OLD.thread_id
  OR NEW.privileged <> OLD.privileged OR NEW.direction <> OLD.direction
  OR NEW.service <> OLD.service OR NEW.sent_at <> OLD.sent_at
  OR ((NEW.text <> OLD.text OR NEW.sealed <> OLD.sealed OR NEW.wrapped_key <> OLD.wrapped_key)
    AND (NEW.erased_at IS NULL OR NEW.text <> '' OR length(NEW.sealed) > 0 OR NEW.wrapped_key <> ''))
  OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'what was sent is not changed');
END;

DROP TRIGGER IF EXISTS messaging_message_no_delete;

CREATE TRIGGER messaging_message_no_delete BEFORE DELETE ON messaging_message
BEGIN
  SELECT RAISE(ABORT, 'that a message was sent is kept');
END;

DROP TRIGGER IF EXISTS messaging_draft_as_its_thread;

CREATE TRIGGER messaging_draft_as_its_thread BEFORE INSERT ON messaging_draft
WHEN NOT EXISTS (
  SELECT 1 FROM messaging_thread WHERE id = NEW.thread_id AND privileged = NEW.privileged
)
BEGIN
  SELECT RAISE(ABORT, 'a draft is privileged as its thread is');
END;

DROP TRIGGER IF EXISTS messaging_draft_stays;

CREATE TRIGGER messaging_draft_stays BEFORE UPDATE ON messaging_draft
WHEN NEW.thread_id <> OLD.thread_id OR NEW.privileged <> OLD.privileged
BEGIN
  SELECT RAISE(ABORT, 'a draft stays in its thread');
END;

DROP TRIGGER IF EXISTS messaging_part_as_its_home;

CREATE TRIGGER messaging_part_as_its_home BEFORE INSERT ON messaging_attachment
WHEN NOT EXISTS (
  SELECT 1 FROM messaging_draft WHERE id = NEW.draft_id AND privileged = NEW.privileged
) AND NOT EXISTS (
  SELECT 1 FROM messaging_message WHERE id = NEW.message_id AND privileged = NEW.privileged
)
BEGIN
  SELECT RAISE(ABORT, 'a part is privileged as its message is');
END;

DROP TRIGGER IF EXISTS messaging_part_is_sent_as_it_is;

CREATE TRIGGER messaging_part_is_sent_as_it_is BEFORE UPDATE ON messaging_attachment
WHEN NEW.privileged <> OLD.privileged
  OR (OLD.message_id IS NULL AND NEW.message_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM messaging_message WHERE id = NEW.message_id AND privileged = NEW.privileged
  ))
BEGIN
  SELECT RAISE(ABORT, 'a part is privileged as its message is');
END;

DROP TRIGGER IF EXISTS messaging_part_stays;

CREATE TRIGGER messaging_part_stays BEFORE UPDATE ON messaging_attachment
WHEN OLD.message_id IS NOT NULL AND (NEW.message_id IS NULL OR NEW.message_id <> OLD.message_id
  OR NEW.kind <> OLD.kind OR NEW.blob <> OLD.blob OR NEW.card <> OLD.card
  OR ((NEW.text <> OLD.text OR NEW.alt <> OLD.alt OR NEW.wrapped_key <> OLD.wrapped_key
    OR NEW.sealed <> OLD.sealed) AND NEW.erased_at IS NULL))
BEGIN
  SELECT RAISE(ABORT, 'what was sent is not changed');
END;

DROP TRIGGER IF EXISTS messaging_part_no_delete;

CREATE TRIGGER messaging_part_no_delete BEFORE DELETE ON messaging_attachment
WHEN OLD.message_id IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'that something was sent is kept');
END;

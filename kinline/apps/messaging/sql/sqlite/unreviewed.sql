-- Privileged mail is never reviewed: no item for it, whichever of the two comes first.

DROP TRIGGER IF EXISTS review_item_of_ordinary_mail;

CREATE TRIGGER review_item_of_ordinary_mail BEFORE INSERT ON review_item
WHEN EXISTS (
  SELECT 1 FROM messaging_message WHERE id = replace(NEW.subject, '-', '') AND privileged
)
BEGIN
  SELECT RAISE(ABORT, 'privileged mail is not reviewed');
END;

DROP TRIGGER IF EXISTS review_item_keeps_its_subject;

CREATE TRIGGER review_item_keeps_its_subject BEFORE UPDATE OF subject ON review_item
WHEN NEW.subject <> OLD.subject
BEGIN
  SELECT RAISE(ABORT, 'an item stays with its message');
END;

DROP TRIGGER IF EXISTS messaging_message_unreviewed;

CREATE TRIGGER messaging_message_unreviewed BEFORE INSERT ON messaging_message
WHEN NEW.privileged AND EXISTS (
  SELECT 1 FROM review_item WHERE subject = lower(
    substr(NEW.id, 1, 8) || '-' || substr(NEW.id, 9, 4) || '-' || substr(NEW.id, 13, 4) || '-'
    || substr(NEW.id, 17, 4) || '-' || substr(NEW.id, 21, 12)
  )
)
BEGIN
  SELECT RAISE(ABORT, 'privileged mail is not reviewed');
END;

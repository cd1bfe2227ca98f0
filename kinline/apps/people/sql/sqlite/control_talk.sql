-- What a control holds on is never changed. Apart from the other guards of controls, which are older
-- than the column.

DROP TRIGGER IF EXISTS people_control_talk_stays;

CREATE TRIGGER people_control_talk_stays BEFORE UPDATE ON people_control
WHEN NEW.talk <> OLD.talk
BEGIN
  SELECT RAISE(ABORT, 'a control is never changed');
END;

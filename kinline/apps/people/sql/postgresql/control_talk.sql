-- What a control holds on is never changed. Apart from the other guards of controls, which are older
-- than the column.

DROP TRIGGER IF EXISTS control_talk_stays ON people_control;

CREATE TRIGGER control_talk_stays BEFORE UPDATE ON people_control
  FOR EACH ROW WHEN (NEW.talk <> OLD.talk) EXECUTE FUNCTION kinline_control_kept();

-- What was drawn from a weekly allowance is written once.

DROP TRIGGER IF EXISTS charging_allowancedraw_no_update;

CREATE TRIGGER charging_allowancedraw_no_update BEFORE UPDATE ON charging_allowancedraw
BEGIN
  SELECT RAISE(ABORT, 'a draw is never changed');
END;

DROP TRIGGER IF EXISTS charging_allowancedraw_no_delete;

CREATE TRIGGER charging_allowancedraw_no_delete BEFORE DELETE ON charging_allowancedraw
BEGIN
  SELECT RAISE(ABORT, 'a draw is never changed');
END;

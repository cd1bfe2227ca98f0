-- What was drawn from a weekly allowance is written once.

DROP TRIGGER IF EXISTS charging_allowancedraw_never ON charging_allowancedraw;

CREATE TRIGGER charging_allowancedraw_never BEFORE UPDATE OR DELETE ON charging_allowancedraw
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS charging_allowancedraw_never_emptied ON charging_allowancedraw;

CREATE TRIGGER charging_allowancedraw_never_emptied BEFORE TRUNCATE ON charging_allowancedraw
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

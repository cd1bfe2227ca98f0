-- Charges and their lines are written once.

CREATE OR REPLACE FUNCTION kinline_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS charging_charge_never ON charging_charge;

CREATE TRIGGER charging_charge_never BEFORE UPDATE OR DELETE ON charging_charge
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS charging_charge_never_emptied ON charging_charge;

CREATE TRIGGER charging_charge_never_emptied BEFORE TRUNCATE ON charging_charge
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS charging_chargeline_never ON charging_chargeline;

CREATE TRIGGER charging_chargeline_never BEFORE UPDATE OR DELETE ON charging_chargeline
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS charging_chargeline_never_emptied ON charging_chargeline;

CREATE TRIGGER charging_chargeline_never_emptied BEFORE TRUNCATE ON charging_chargeline
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

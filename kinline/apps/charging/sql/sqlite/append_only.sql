-- Charges and their lines are written once.

DROP TRIGGER IF EXISTS charging_charge_no_update;

CREATE TRIGGER charging_charge_no_update BEFORE UPDATE ON charging_charge
BEGIN
  SELECT RAISE(ABORT, 'a charge is never changed');
END;

DROP TRIGGER IF EXISTS charging_charge_no_delete;

CREATE TRIGGER charging_charge_no_delete BEFORE DELETE ON charging_charge
BEGIN
  SELECT RAISE(ABORT, 'a charge is never changed');
END;

DROP TRIGGER IF EXISTS charging_chargeline_no_update;

CREATE TRIGGER charging_chargeline_no_update BEFORE UPDATE ON charging_chargeline
BEGIN
  SELECT RAISE(ABORT, 'a charge line is never changed');
END;

DROP TRIGGER IF EXISTS charging_chargeline_no_delete;

CREATE TRIGGER charging_chargeline_no_delete BEFORE DELETE ON charging_chargeline
BEGIN
  SELECT RAISE(ABORT, 'a charge line is never changed');
END;

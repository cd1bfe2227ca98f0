-- The books are written once, and balances follow what is written.

DROP TRIGGER IF EXISTS ledger_account_no_update;

CREATE TRIGGER ledger_account_no_update BEFORE UPDATE ON ledger_account
BEGIN
  SELECT RAISE(ABORT, 'an account is never changed');
END;

DROP TRIGGER IF EXISTS ledger_account_no_delete;

CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
BEGIN
  SELECT RAISE(ABORT, 'an account is never changed');
END;

DROP TRIGGER IF EXISTS ledger_account_has_balance;

CREATE TRIGGER ledger_account_has_balance AFTER INSERT ON ledger_account WHEN NEW.floor
BEGIN
  INSERT INTO ledger_balance (account_id, posted, held) VALUES (NEW.id, 0, 0);
END;

DROP TRIGGER IF EXISTS ledger_balance_no_delete;

CREATE TRIGGER ledger_balance_no_delete BEFORE DELETE ON ledger_balance
BEGIN
  SELECT RAISE(ABORT, 'a balance stays');
END;

DROP TRIGGER IF EXISTS ledger_entry_no_update;

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
  SELECT RAISE(ABORT, 'an entry is never changed');
END;

DROP TRIGGER IF EXISTS ledger_entry_no_delete;

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
  SELECT RAISE(ABORT, 'an entry is never changed');
END;

DROP TRIGGER IF EXISTS ledger_posting_no_update;

CREATE TRIGGER ledger_posting_no_update BEFORE UPDATE ON ledger_posting
BEGIN
  SELECT RAISE(ABORT, 'a posting is never changed');
END;

DROP TRIGGER IF EXISTS ledger_posting_no_delete;

CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting
BEGIN
  SELECT RAISE(ABORT, 'a posting is never changed');
END;

DROP TRIGGER IF EXISTS ledger_posting_one_commodity;

CREATE TRIGGER ledger_posting_one_commodity BEFORE INSERT ON ledger_posting
WHEN (SELECT commodity FROM ledger_account WHERE id = NEW.debit_id)
  IS NOT (SELECT commodity FROM ledger_account WHERE id = NEW.credit_id)
BEGIN
  SELECT RAISE(ABORT, 'a posting is counted in one thing');
END;

DROP TRIGGER IF EXISTS ledger_posting_moves_balances;

CREATE TRIGGER ledger_posting_moves_balances AFTER INSERT ON ledger_posting
BEGIN
  UPDATE ledger_balance SET posted = posted + NEW.amount WHERE account_id = NEW.credit_id;
  UPDATE ledger_balance SET posted = posted - NEW.amount WHERE account_id = NEW.debit_id;
END;

DROP TRIGGER IF EXISTS ledger_hold_begins_open;

CREATE TRIGGER ledger_hold_begins_open BEFORE INSERT ON ledger_hold
WHEN NEW.state <> 'open'
  OR NOT EXISTS (SELECT 1 FROM ledger_balance WHERE account_id = NEW.account_id)
BEGIN
  SELECT RAISE(ABORT, 'a hold begins open, on an account with a floor');
END;

DROP TRIGGER IF EXISTS ledger_hold_sets_aside;

CREATE TRIGGER ledger_hold_sets_aside AFTER INSERT ON ledger_hold
BEGIN
  UPDATE ledger_balance SET held = held + NEW.amount WHERE account_id = NEW.account_id;
END;

DROP TRIGGER IF EXISTS ledger_hold_closes_once;

CREATE TRIGGER ledger_hold_closes_once BEFORE UPDATE ON ledger_hold
WHEN OLD.state <> 'open' OR NEW.state = 'open' OR NEW.amount <> OLD.amount
  OR NEW.account_id <> OLD.account_id OR NEW.key <> OLD.key
BEGIN
  SELECT RAISE(ABORT, 'a hold is closed once, and nothing else of it changes');
END;

DROP TRIGGER IF EXISTS ledger_hold_lets_go;

CREATE TRIGGER ledger_hold_lets_go AFTER UPDATE ON ledger_hold
BEGIN
  UPDATE ledger_balance SET held = held - OLD.amount WHERE account_id = OLD.account_id;
END;

DROP TRIGGER IF EXISTS ledger_hold_no_delete;

CREATE TRIGGER ledger_hold_no_delete BEFORE DELETE ON ledger_hold
BEGIN
  SELECT RAISE(ABORT, 'a hold is closed, not removed');
END;

-- The books are written once, and balances follow what is written.

CREATE OR REPLACE FUNCTION kinline_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE OR REPLACE FUNCTION kinline_ledger_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% refused: %', TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS ledger_account_never ON ledger_account;

CREATE TRIGGER ledger_account_never BEFORE UPDATE OR DELETE ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_account_never_emptied ON ledger_account;

CREATE TRIGGER ledger_account_never_emptied BEFORE TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

CREATE OR REPLACE FUNCTION kinline_ledger_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_balance (account_id, posted, held) VALUES (NEW.id, 0, 0);
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS ledger_account_has_balance ON ledger_account;

CREATE TRIGGER ledger_account_has_balance AFTER INSERT ON ledger_account
  FOR EACH ROW WHEN (NEW.floor) EXECUTE FUNCTION kinline_ledger_open();

DROP TRIGGER IF EXISTS ledger_balance_stays ON ledger_balance;

CREATE TRIGGER ledger_balance_stays BEFORE DELETE ON ledger_balance
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_balance_stays_emptied ON ledger_balance;

CREATE TRIGGER ledger_balance_stays_emptied BEFORE TRUNCATE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_entry_never ON ledger_entry;

CREATE TRIGGER ledger_entry_never BEFORE UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_entry_never_emptied ON ledger_entry;

CREATE TRIGGER ledger_entry_never_emptied BEFORE TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_posting_never ON ledger_posting;

CREATE TRIGGER ledger_posting_never BEFORE UPDATE OR DELETE ON ledger_posting
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_posting_never_emptied ON ledger_posting;

CREATE TRIGGER ledger_posting_never_emptied BEFORE TRUNCATE ON ledger_posting
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

CREATE OR REPLACE FUNCTION kinline_ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT commodity FROM ledger_account WHERE id = NEW.debit_id)
     IS DISTINCT FROM (SELECT commodity FROM ledger_account WHERE id = NEW.credit_id) THEN
    RAISE EXCEPTION 'a posting is counted in one thing'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  UPDATE ledger_balance SET posted = posted + NEW.amount WHERE account_id = NEW.credit_id;
  UPDATE ledger_balance SET posted = posted - NEW.amount WHERE account_id = NEW.debit_id;
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS ledger_posting_moves_balances ON ledger_posting;

CREATE TRIGGER ledger_posting_moves_balances AFTER INSERT ON ledger_posting
  FOR EACH ROW EXECUTE FUNCTION kinline_ledger_post();

CREATE OR REPLACE FUNCTION kinline_ledger_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ledger_balance SET held = held + NEW.amount WHERE account_id = NEW.account_id;
  IF NOT FOUND OR NEW.state <> 'open' THEN
    RAISE EXCEPTION 'a hold begins open, on an account with a floor'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS ledger_hold_sets_aside ON ledger_hold;

CREATE TRIGGER ledger_hold_sets_aside AFTER INSERT ON ledger_hold
  FOR EACH ROW EXECUTE FUNCTION kinline_ledger_hold();

DROP TRIGGER IF EXISTS ledger_hold_closes_once ON ledger_hold;

CREATE TRIGGER ledger_hold_closes_once BEFORE UPDATE ON ledger_hold
  FOR EACH ROW WHEN (OLD.state <> 'open' OR NEW.state = 'open' OR NEW.amount <> OLD.amount
    OR NEW.account_id <> OLD.account_id OR NEW.key <> OLD.key)
  EXECUTE FUNCTION kinline_ledger_refused('a hold is closed once');

CREATE OR REPLACE FUNCTION kinline_ledger_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ledger_balance SET held = held - OLD.amount WHERE account_id = OLD.account_id;
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS ledger_hold_lets_go ON ledger_hold;

CREATE TRIGGER ledger_hold_lets_go AFTER UPDATE ON ledger_hold
  FOR EACH ROW EXECUTE FUNCTION kinline_ledger_let_go();

DROP TRIGGER IF EXISTS ledger_hold_no_delete ON ledger_hold;

CREATE TRIGGER ledger_hold_no_delete BEFORE DELETE ON ledger_hold
  FOR EACH ROW EXECUTE FUNCTION kinline_never();

DROP TRIGGER IF EXISTS ledger_hold_never_emptied ON ledger_hold;

CREATE TRIGGER ledger_hold_never_emptied BEFORE TRUNCATE ON ledger_hold
  FOR EACH STATEMENT EXECUTE FUNCTION kinline_never();

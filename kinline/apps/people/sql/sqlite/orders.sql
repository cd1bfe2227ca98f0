-- The paper behind an order stays what it was.

DROP TRIGGER IF EXISTS people_orderdocument_no_update;

CREATE TRIGGER people_orderdocument_no_update BEFORE UPDATE ON people_orderdocument
BEGIN
  SELECT RAISE(ABORT, 'the paper of an order is not changed');
END;

DROP TRIGGER IF EXISTS people_orderdocument_no_delete;

CREATE TRIGGER people_orderdocument_no_delete BEFORE DELETE ON people_orderdocument
BEGIN
  SELECT RAISE(ABORT, 'the paper of an order is kept');
END;

-- The paper behind an order stays what it was.

CREATE OR REPLACE FUNCTION kinline_order_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the paper of an order is kept as it is'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DROP TRIGGER IF EXISTS order_paper_stays ON people_orderdocument;

CREATE TRIGGER order_paper_stays BEFORE UPDATE OR DELETE ON people_orderdocument
  FOR EACH ROW EXECUTE FUNCTION kinline_order_paper_stays();

"""What the database itself holds: balanced, append-only, no posting into closed periods.

The rules in khata/posting.py refuse earlier and with better words. These triggers stand
against whatever goes round them, psql included.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION khata_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- A transaction may be sealed once; nothing else of it ever changes.
CREATE FUNCTION khata_refuse_but_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seal CONSTANT text[] := ARRAY['sequence', 'hash', 'sealed_at'];
BEGIN
    IF OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
        AND to_jsonb(NEW) - seal = to_jsonb(OLD) - seal
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The ledger is append-only: UPDATE on % is refused.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- An account may be pointed to another customer; what it counts stays.
CREATE FUNCTION khata_refuse_other_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.unit) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.unit) THEN
        RAISE EXCEPTION 'An account keeps its kind and unit.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION khata_refuse_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM khata_periodclosing WHERE through >= NEW.date) THEN
        RAISE EXCEPTION 'The books are closed on %.', NEW.date
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- At commit: as many lines as announced, debits equal to credits in every unit.
CREATE FUNCTION khata_check_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    posted bigint;
    announced integer;
    found integer;
BEGIN
    IF TG_TABLE_NAME = 'khata_ledgerline' THEN
        posted := NEW.transaction_id;
    ELSE
        posted := NEW.id;
    END IF;
    SELECT line_count INTO announced FROM khata_ledgertransaction WHERE id = posted;
    SELECT count(*) INTO found FROM khata_ledgerline WHERE transaction_id = posted;
    IF found <> announced THEN
        RAISE EXCEPTION 'Transaction % has % lines instead of %.', posted, found, announced
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM khata_ledgerline AS line JOIN khata_account AS account
            ON account.id = line.account_id
        WHERE line.transaction_id = posted
        GROUP BY account.unit HAVING sum(line.debit) <> sum(line.credit)
    ) THEN
        RAISE EXCEPTION 'Transaction % does not balance.', posted
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER transaction_only_sealed BEFORE UPDATE ON khata_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION khata_refuse_but_seal();
CREATE TRIGGER transaction_kept BEFORE DELETE ON khata_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION khata_refuse();
CREATE TRIGGER line_kept BEFORE UPDATE OR DELETE ON khata_ledgerline
    FOR EACH ROW EXECUTE FUNCTION khata_refuse();
CREATE TRIGGER closing_kept BEFORE UPDATE OR DELETE ON khata_periodclosing
    FOR EACH ROW EXECUTE FUNCTION khata_refuse();
CREATE TRIGGER ledger_not_emptied BEFORE TRUNCATE ON khata_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION khata_refuse();
CREATE TRIGGER ledger_not_emptied BEFORE TRUNCATE ON khata_ledgerline
    FOR EACH STATEMENT EXECUTE FUNCTION khata_refuse();
CREATE TRIGGER ledger_not_emptied BEFORE TRUNCATE ON khata_periodclosing
    FOR EACH STATEMENT EXECUTE FUNCTION khata_refuse();
CREATE TRIGGER account_kept BEFORE UPDATE ON khata_account
    FOR EACH ROW EXECUTE FUNCTION khata_refuse_other_account();
CREATE TRIGGER period_open BEFORE INSERT ON khata_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION khata_refuse_closed_period();
CREATE CONSTRAINT TRIGGER transaction_balances AFTER INSERT ON khata_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION khata_check_balanced();
CREATE CONSTRAINT TRIGGER line_balances AFTER INSERT ON khata_ledgerline
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION khata_check_balanced();

CREATE VIEW khata_accountbalance AS
SELECT account.id AS account_id,
       coalesce(snapshot.balance, 0) + coalesce(tail.balance, 0) AS balance
FROM khata_account AS account
LEFT JOIN khata_balancesnapshot AS snapshot ON snapshot.account_id = account.id
LEFT JOIN (
    SELECT line.account_id, sum(line.debit - line.credit) AS balance
    FROM khata_ledgertransaction AS posted
    JOIN khata_ledgerline AS line ON line.transaction_id = posted.id
    WHERE posted.sequence IS NULL
       OR posted.sequence > (SELECT coalesce(max(sequence), 0) FROM khata_balancesnapshot)
    GROUP BY line.account_id
) AS tail ON tail.account_id = account.id;
"""

BACK = """
DROP VIEW khata_accountbalance;
DROP TRIGGER line_balances ON khata_ledgerline;
DROP TRIGGER transaction_balances ON khata_ledgertransaction;
DROP TRIGGER period_open ON khata_ledgertransaction;
DROP TRIGGER account_kept ON khata_account;
DROP TRIGGER ledger_not_emptied ON khata_periodclosing;
DROP TRIGGER ledger_not_emptied ON khata_ledgerline;
DROP TRIGGER ledger_not_emptied ON khata_ledgertransaction;
DROP TRIGGER closing_kept ON khata_periodclosing;
DROP TRIGGER line_kept ON khata_ledgerline;
DROP TRIGGER transaction_kept ON khata_ledgertransaction;
DROP TRIGGER transaction_only_sealed ON khata_ledgertransaction;
DROP FUNCTION khata_check_balanced();
DROP FUNCTION khata_refuse_closed_period();
DROP FUNCTION khata_refuse_other_account();
DROP FUNCTION khata_refuse_but_seal();
DROP FUNCTION khata_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("khata", "0001_ledger")]

    operations = [migrations.RunSQL(FUNCTIONS, BACK)]

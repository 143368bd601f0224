-- One of each thing whose loss a proof has to name. %(tag)s makes the roles this test's own.
CREATE ROLE %(tag)s_reader NOLOGIN;
CREATE ROLE %(tag)s_clerk LOGIN CONNECTION LIMIT 5;
CREATE ROLE %(tag)s_lone NOLOGIN;
GRANT %(tag)s_reader TO %(tag)s_clerk;
ALTER ROLE %(tag)s_clerk SET statement_timeout = '30s';

CREATE SCHEMA books;
COMMENT ON SCHEMA books IS 'kept for ten years';
GRANT USAGE ON SCHEMA books TO %(tag)s_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA books GRANT SELECT ON TABLES TO %(tag)s_reader;
CREATE EXTENSION pg_trgm;
CREATE TYPE books.direction AS ENUM ('debit', 'credit', 'void');
CREATE DOMAIN books.currency AS text CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE SEQUENCE books.receipt START 100;
SELECT nextval('books.receipt') FROM generate_series(1, 5);
CREATE FUNCTION books.double(n numeric) RETURNS numeric LANGUAGE plpgsql
    AS $$ BEGIN RETURN n * 2; END $$;
CREATE FUNCTION books.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION books.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;

CREATE TABLE books.account (
    id int PRIMARY KEY,
    name text NOT NULL,
    currency books.currency DEFAULT 'EUR',
    balance numeric(14, 2) DEFAULT 0,
    CONSTRAINT balance_known CHECK (balance > -1000000)
);
CREATE TABLE books.entry (
    id int PRIMARY KEY,
    account int NOT NULL REFERENCES books.account ON DELETE RESTRICT,
    amount numeric(14, 2),
    direction books.direction,
    details jsonb,
    note text
);
CREATE TABLE books.empty (id int, reason text);
CREATE TABLE books.history (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE books.history_2024 PARTITION OF books.history
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO books.account SELECT n, 'Account ' || n, 'EUR', n * 100.25
    FROM generate_series(1, 20) AS n;
INSERT INTO books.entry SELECT n, 1 + n %% 20, n * 1.01,
        (ARRAY['debit', 'credit'])[1 + n %% 2]::books.direction,
        jsonb_build_object('page', n), CASE WHEN n %% 7 > 0 THEN 'note ' || n END
    FROM generate_series(1, 300) AS n;
INSERT INTO books.history SELECT n, date '2024-01-01' + n FROM generate_series(1, 50) AS n;

CREATE INDEX entry_account ON books.entry (account);
CREATE UNIQUE INDEX account_name ON books.account (name);
CREATE VIEW books.debits AS SELECT id, amount FROM books.entry WHERE direction = 'debit';
CREATE MATERIALIZED VIEW books.totals AS
    SELECT account, sum(amount) AS total FROM books.entry GROUP BY account;
CREATE TRIGGER stamped BEFORE UPDATE ON books.entry
    FOR EACH ROW EXECUTE FUNCTION books.stamp();
CREATE RULE nothing AS ON DELETE TO books.empty DO INSTEAD NOTHING;
ALTER TABLE books.entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON books.entry FOR SELECT USING (note <> 'secret');
ALTER TABLE books.entry REPLICA IDENTITY FULL;
CREATE STATISTICS books.related (dependencies) ON account, direction FROM books.entry;
GRANT SELECT ON books.account TO %(tag)s_reader;
GRANT SELECT (id, amount) ON books.entry TO %(tag)s_reader;
REVOKE ALL ON FUNCTION books.double(numeric) FROM PUBLIC;
ALTER TABLE books.empty OWNER TO %(tag)s_clerk;
COMMENT ON COLUMN books.account.name IS 'as on the contract';
CREATE PUBLICATION feed FOR TABLE books.entry;
CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION books.watch();
SELECT lo_from_bytea(4711, convert_to(repeat('the first scan ', 50), 'UTF8'));
SELECT lo_from_bytea(4712, convert_to(repeat('another scan ', 50), 'UTF8'));
ALTER LARGE OBJECT 4711 OWNER TO %(tag)s_clerk;
GRANT SELECT ON LARGE OBJECT 4711 TO %(tag)s_reader;
COMMENT ON LARGE OBJECT 4711 IS 'page one';
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %%I SET work_mem = ''8MB''', current_database());
    EXECUTE format('COMMENT ON DATABASE %%I IS ''the books''', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %%I TO %(tag)s_clerk', current_database());
END $$;

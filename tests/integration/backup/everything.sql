-- One of everything that a dump or a comparison has been known to trip over.
BEGIN;
CREATE ROLE reader NOLOGIN;
CREATE ROLE "Odd ""role" LOGIN CONNECTION LIMIT 5 VALID UNTIL '2031-01-01 00:00:00+00';
CREATE ROLE keeper LOGIN CREATEDB NOINHERIT PASSWORD 'never in a manifest';
GRANT reader TO "Odd ""role" WITH ADMIN TRUE, INHERIT FALSE;
GRANT reader TO keeper WITH SET FALSE;
ALTER ROLE keeper SET statement_timeout = '30s';
GRANT pg_read_all_data TO keeper;
GRANT reader TO ledgerflow;
ALTER ROLE ledgerflow SET maintenance_work_mem = '65MB';
ALTER ROLE keeper SET search_path = odd, public;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public', current_database()); END $$;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = off', current_database()); END $$;
DO $$ BEGIN EXECUTE format('ALTER ROLE keeper IN DATABASE %I SET work_mem = ''9MB''', current_database()); END $$;
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''it''''s ours''', current_database()); END $$;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO keeper WITH GRANT OPTION', current_database()); END $$;
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;

CREATE SCHEMA odd AUTHORIZATION keeper;
CREATE SCHEMA "Sch.ema";
GRANT USAGE ON SCHEMA odd TO reader;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
COMMENT ON SCHEMA public IS 'ours now';
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore SCHEMA odd;
CREATE EXTENSION citext VERSION '1.4';
CREATE EXTENSION postgres_fdw;
COMMENT ON EXTENSION hstore IS 'our own words';
ALTER DEFAULT PRIVILEGES IN SCHEMA odd GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- types
CREATE TYPE odd.mood AS ENUM ('sad', 'it''s', 'Ok ay');
ALTER TYPE odd.mood ADD VALUE 'middling' BEFORE 'Ok ay';
CREATE DOMAIN odd.positive AS numeric CHECK (VALUE > 0) DEFAULT 1;
CREATE TYPE odd.pair AS (a int, b text);
CREATE TYPE odd.span AS RANGE (subtype = float8, subtype_diff = float8mi);

-- collations
CREATE COLLATION odd.german (provider = icu, locale = 'de-u-co-phonebk');
CREATE COLLATION odd.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- functions, an aggregate, an operator, a cast
CREATE FUNCTION odd.twice(i int) RETURNS int LANGUAGE sql IMMUTABLE RETURN i * 2;
CREATE FUNCTION odd.body(text) RETURNS text LANGUAGE plpgsql AS $x$
BEGIN
    -- COPY public.nothing FROM stdin;
    RETURN $1 || '\.';
END $x$;
REVOKE ALL ON FUNCTION odd.body(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION odd.body(text) TO reader;
CREATE PROCEDURE odd.proc(IN x int, OUT y int) LANGUAGE plpgsql AS $$ BEGIN y := x + 1; END $$;
CREATE AGGREGATE odd.product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE FUNCTION odd.nearly(numeric, numeric) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT abs($1 - $2) < 0.01';
CREATE OPERATOR odd.=~ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = odd.nearly, COMMUTATOR = OPERATOR(odd.=~));
CREATE FUNCTION odd.ordinal(odd.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1::text)';
CREATE CAST (odd.mood AS int) WITH FUNCTION odd.ordinal(odd.mood) AS ASSIGNMENT;

-- tables
CREATE TABLE odd.plain (
    id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT BY 5) PRIMARY KEY,
    "Näme" text COLLATE odd.german,
    status varchar(20) NOT NULL DEFAULT 'new'
        CONSTRAINT status_known CHECK (status IN ('new', 'done', 'it''s')),
    mood odd.mood, amount odd.positive, pair odd.pair, span odd.span, tags odd.hstore,
    doubled bigint GENERATED ALWAYS AS (id * 2) STORED,
    at timestamptz DEFAULT now(), raw bytea, fancy citext, money money, f float8, j json, jb jsonb,
    gone int, x xml, t tsvector, ip inet, iv interval, arr text[], pt point
);
ALTER TABLE odd.plain DROP COLUMN gone;
INSERT INTO odd.plain ("Näme", status, mood, amount, pair, span, tags, raw, fancy, money, f, j, jb, x, t, ip, iv, arr, pt)
    SELECT CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'tab\tnew\nline\\.' ELSE '\.' END,
           'new', 'it''s', n, (n, E'"quo,te\\')::odd.pair, '[1.5,2.5)', 'a=>1,b=>NULL',
           decode('00ff0a0d5c', 'hex'), 'MiXed', 12.34, 0.1 + n / 3.0, '{"a": 1,  "a": 2}',
           '{"z": [1, null], "a": "\u00e9"}', '<a>x</a>', to_tsvector('a fat cat'), '10.0.0.1/24',
           '1 mon 2 days 03:04:05.6', ARRAY['x', NULL, 'NULL', ''], '(1.5,2)'
    FROM generate_series(1, 500) AS n;
INSERT INTO odd.plain (f) VALUES ('NaN'), ('-Infinity'), ('-0');
CREATE TABLE "Sch.ema"."Ta""ble.x" ("select" int PRIMARY KEY, "a b" text);
INSERT INTO "Sch.ema"."Ta""ble.x" VALUES (1, 'one');
CREATE TABLE odd.no_columns ();
INSERT INTO odd.no_columns DEFAULT VALUES;
CREATE UNLOGGED TABLE odd.unlogged AS SELECT n FROM generate_series(1, 10) AS n;
CREATE TABLE odd.typed OF odd.pair;
INSERT INTO odd.typed VALUES (1, 'x');
ALTER TABLE odd.typed ALTER COLUMN b SET STORAGE EXTERNAL, ALTER COLUMN b SET STATISTICS 500;
ALTER TABLE odd.typed SET (fillfactor = 70, autovacuum_enabled = false);
GRANT SELECT (a) ON odd.typed TO reader;
REVOKE ALL ON odd.typed FROM ledgerflow;
ALTER TABLE odd.typed OWNER TO keeper;
CREATE TABLE odd.circle_a (id int PRIMARY KEY, b int);
CREATE TABLE odd.circle_b (id int PRIMARY KEY, a int REFERENCES odd.circle_a DEFERRABLE INITIALLY DEFERRED);
INSERT INTO odd.circle_a VALUES (1, 1);
INSERT INTO odd.circle_b VALUES (1, 1);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE odd.circle_a ADD FOREIGN KEY (b) REFERENCES odd.circle_b;
CREATE TABLE odd.self (id int PRIMARY KEY, parent int REFERENCES odd.self);
INSERT INTO odd.self SELECT n, NULLIF(n - 1, 0) FROM generate_series(1, 50) AS n;
UPDATE odd.self SET parent = 51 - id;
ALTER TABLE odd.self ADD CONSTRAINT later CHECK (parent > 3) NOT VALID;

-- partitions, among them one with other column order, a default one and one below another
CREATE TABLE odd.part (id int, at date NOT NULL, kind varchar(9) CHECK (kind IN ('a', 'b')), n int,
                       PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE odd.part_2024 PARTITION OF odd.part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE odd.part_2025 (n int, kind varchar(9) CONSTRAINT part_kind_check CHECK (kind IN ('a', 'b')), at date NOT NULL, id int NOT NULL);
ALTER TABLE odd.part ATTACH PARTITION odd.part_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE odd.part_rest PARTITION OF odd.part DEFAULT PARTITION BY LIST (at);
CREATE TABLE odd.part_rest_a PARTITION OF odd.part_rest FOR VALUES IN ('2026-01-02');
CREATE TABLE odd.part_rest_b PARTITION OF odd.part_rest DEFAULT;
INSERT INTO odd.part SELECT n, date '2023-06-01' + n * 10, (ARRAY['a', 'b'])[1 + n % 2], n FROM generate_series(1, 150) AS n;
CREATE INDEX ON odd.part (n) WHERE kind IN ('a', 'b');
CREATE TABLE odd.refers (id int, at date, FOREIGN KEY (id, at) REFERENCES odd.part);
INSERT INTO odd.refers SELECT id, at FROM odd.part LIMIT 5;

-- inheritance with a column that came later
CREATE TABLE odd.parent (a int, CHECK (a > 0));
CREATE TABLE odd.child (own text) INHERITS (odd.parent);
ALTER TABLE odd.parent ADD COLUMN later text DEFAULT 'x';
INSERT INTO odd.parent VALUES (1);
INSERT INTO odd.child VALUES (2, 'o', 'y'), (3, 'p', 'z');

-- views, materialized ones: fresh, stale, empty and different every time
CREATE VIEW odd.v WITH (security_barrier) AS
    SELECT id, "Näme" AS "ü", status FROM odd.plain WHERE status IN ('new', 'done') AND (id + 1) * 2 > 3;
CREATE VIEW odd.v2 AS SELECT v.*, row_number() OVER (ORDER BY id) FROM odd.v;
CREATE VIEW odd.updatable AS SELECT id, parent FROM odd.self WHERE id < 10 WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW odd.numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 5;
CREATE MATERIALIZED VIEW odd.fresh AS SELECT status, count(*) AS n FROM odd.plain GROUP BY status;
CREATE UNIQUE INDEX ON odd.fresh (status);
CREATE MATERIALIZED VIEW odd.stale AS SELECT count(*) AS n FROM odd.self;
DELETE FROM odd.refers WHERE ctid IN (SELECT ctid FROM odd.refers LIMIT 1);
CREATE MATERIALIZED VIEW odd.empty AS SELECT 1 AS one WITH NO DATA;
CREATE MATERIALIZED VIEW odd.clock AS SELECT clock_timestamp() AS at;
INSERT INTO odd.self VALUES (60, 50);
CREATE RULE nothing AS ON DELETE TO odd.self WHERE old.id = 60 DO INSTEAD NOTHING;

-- triggers, row level security, statistics, text search, clustering
CREATE FUNCTION odd.trig() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.own := 'changed by a trigger'; RETURN NEW; END $$;
CREATE TRIGGER before_insert BEFORE INSERT ON odd.child FOR EACH ROW EXECUTE FUNCTION odd.trig();
CREATE TRIGGER disabled AFTER UPDATE ON odd.child REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION odd.trig();
ALTER TABLE odd.child DISABLE TRIGGER disabled;
CREATE FUNCTION odd.part_trig() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER on_part AFTER INSERT ON odd.part FOR EACH ROW EXECUTE FUNCTION odd.part_trig();
ALTER TABLE odd.self ENABLE ROW LEVEL SECURITY;
ALTER TABLE odd.self FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON odd.self FOR SELECT TO reader, keeper USING (id IN (1, 2) AND current_user <> 'x');
CREATE POLICY ins ON odd.self AS RESTRICTIVE FOR INSERT WITH CHECK (id > 0);
CREATE STATISTICS odd.stat (ndistinct, dependencies) ON id, parent FROM odd.self;
CREATE TEXT SEARCH DICTIONARY odd.dict (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION odd.config (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION odd.config ALTER MAPPING FOR word WITH odd.dict, simple;
CREATE INDEX trgm ON odd.plain USING gin ("Näme" gin_trgm_ops);
CREATE INDEX expression ON odd.plain (lower(status) DESC NULLS LAST, (amount * 2)) INCLUDE (mood) WHERE status <> 'done';
ALTER TABLE odd.plain CLUSTER ON plain_pkey;
ALTER TABLE odd.plain ADD CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&) WHERE (id < 0);
ALTER TABLE odd.circle_b REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX nulls ON odd.circle_a (b) NULLS NOT DISTINCT;

-- sequences
CREATE SEQUENCE odd.seq AS smallint INCREMENT BY -3 MINVALUE -900 MAXVALUE 900 START 90 CACHE 7 CYCLE;
SELECT nextval('odd.seq');
CREATE SEQUENCE odd.unused START 42;
CREATE SEQUENCE odd.owned OWNED BY odd.self.id;
SELECT setval('odd.owned', 77, false);

-- large objects, one with a hole
SELECT lo_from_bytea(0, convert_to(repeat('large object ', 5000), 'UTF8'));
SELECT lo_from_bytea(4711, '\x00ff');
SELECT lo_put(4711, 100000, '\x11');
COMMENT ON LARGE OBJECT 4711 IS 'with a hole';
GRANT SELECT ON LARGE OBJECT 4711 TO reader;

-- event trigger, publication, foreign server
CREATE FUNCTION odd.ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ddl'; END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION odd.ddl();
CREATE PUBLICATION pub FOR TABLE odd.self (id) WHERE (id > 3), odd.circle_a WITH (publish = 'insert');
CREATE PUBLICATION pub_all FOR TABLES IN SCHEMA "Sch.ema";
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere', dbname 'x');
CREATE USER MAPPING FOR keeper SERVER elsewhere OPTIONS (user 'u', password 'p');
CREATE FOREIGN TABLE odd.foreign_table (a int OPTIONS (column_name 'b')) SERVER elsewhere;
COMMENT ON COLUMN odd.plain.status IS E'multi\nline';
COMMENT ON CONSTRAINT status_known ON odd.plain IS 'why';
COMMIT;

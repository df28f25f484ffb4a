-- The two logins of Tenon and one database for them. Run by a superuser, as often as you like:
--
--   export TENON_OWNER_PASSWORD=… TENON_APP_PASSWORD=…
--   psql -X -v database=tenon -f ops/sql/roles.sql postgres
--
-- tenon_owner  owns the database, the public tables and every tenant schema; migrations and the schema pool use it.
-- tenon_app    serves requests. It owns nothing and inherits nothing: what it may do inside a company comes from
--              that company's role alone, which it takes with SET ROLE.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
\if :{?database} \else \set database tenon \endif
\getenv owner_password TENON_OWNER_PASSWORD
\getenv app_password TENON_APP_PASSWORD
\if :{?owner_password} \else
  DO $$ BEGIN RAISE EXCEPTION 'Set TENON_OWNER_PASSWORD in the environment of psql.'; END $$;
\endif
\if :{?app_password} \else
  DO $$ BEGIN RAISE EXCEPTION 'Set TENON_APP_PASSWORD in the environment of psql.'; END $$;
\endif

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['tenon_owner', 'tenon_app']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE tenon_owner LOGIN NOSUPERUSER CREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE tenon_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOINHERIT NOBYPASSRLS NOREPLICATION
      PASSWORD :'app_password';

-- LC_CTYPE must be a UTF-8 one: with C, pg_trgm sees no Chinese letters at all. C.UTF-8 sorts by code point and is the
-- same on every machine, so an upgrade of the operating system never breaks an index.
SELECT format($$CREATE DATABASE %I OWNER tenon_owner TEMPLATE template0 ENCODING 'UTF8'
                LOCALE 'C.UTF-8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'$$, :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

ALTER DATABASE :"database" OWNER TO tenon_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO tenon_app;

\connect :"database"
SET client_min_messages = warning;

-- Extensions live apart from the data, where every tenant may use them and none may change them.
CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION tenon_owner;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA extensions;

ALTER SCHEMA public OWNER TO tenon_owner;
-- Every company's role writes to the outbox there, and has no other table's grant; nobody but the owner makes tables.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;

ALTER ROLE tenon_owner SET search_path = public, extensions;
ALTER ROLE tenon_app SET search_path = public, extensions;

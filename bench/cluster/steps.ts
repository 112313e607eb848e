/** Writes down in the database when each job changed its state, to see what a wait consisted of. */
import { setTimeout } from "node:timers/promises"
import type { Postgres } from "./postgres.js"

const RECORDING = `
  CREATE TABLE bench_steps (idx INTEGER, state TEXT, at DOUBLE PRECISION);
  CREATE FUNCTION bench_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO bench_steps VALUES (NEW.idx, NEW.state, extract(epoch from clock_timestamp()) * 1000);
    RETURN NEW;
  END $$;
  CREATE TRIGGER bench_step AFTER UPDATE OF state ON algogen_jobs FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION bench_step();
  CREATE FUNCTION bench_start() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO bench_steps VALUES (NULL, 'worker started', extract(epoch from clock_timestamp()) * 1000);
    RETURN NEW;
  END $$;
  CREATE TRIGGER bench_start AFTER INSERT ON algogen_workers FOR EACH ROW EXECUTE FUNCTION bench_start()`

/** Once the first process has made the tables. */
export const record = async ({ query }: Postgres): Promise<void> => {
  while (query("SELECT to_regclass('algogen_jobs')") === "") await setTimeout(50)
  query(RECORDING)
}

/** What a job went through in a time, and when workers started in it, such as `queued +3900, sent +4100`, in milliseconds. */
export const between = ({ query }: Postgres, job: number, from: number, to: number): string =>
  query(`SELECT string_agg(state || ' +' || round(at - ${from}), ', ' ORDER BY at) FROM bench_steps
    WHERE coalesce(idx, ${job}) = ${job} AND at >= ${from} AND at <= ${to + 100}`)

import type { Migration } from './migration.ts'

/**
 * A MAC over the path and the newest version of each secret. The server fills it in at its next start, because that requires a key. If
 * several servers share a database, writes of an older version would have no MAC and are refused.
 */
export const secretPlaces: Migration = {
  id: '0042-secret-places',
  statements: ({ bytes: type }) => [
    'ALTER TABLE secrets ADD COLUMN mac TEXT',
    ...(type === 'BYTEA'
      ? [
          `CREATE FUNCTION secret_unproven() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'This version of 1claw is older than the database.'; END $$`,
          `CREATE TRIGGER secret_added_unproven BEFORE INSERT ON secrets
            FOR EACH ROW WHEN (NEW.mac IS NULL) EXECUTE FUNCTION secret_unproven()`,
          `CREATE TRIGGER secret_changed_unproven BEFORE UPDATE ON secrets FOR EACH ROW
            WHEN ((NEW.path, NEW.latest_version) IS DISTINCT FROM (OLD.path, OLD.latest_version) AND NEW.mac IS NOT DISTINCT FROM OLD.mac)
            EXECUTE FUNCTION secret_unproven()`,
        ]
      : []),
  ],
}

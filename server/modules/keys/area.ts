import { type CmekDeps, cmek } from './cmek.ts'
import { type JobRunnerDeps, jobRunner } from './job-runner.ts'
import { type KeyMigrationDeps, keyMigrations } from './migration/service.ts'
import { type VaultKeysDeps, vaultKeyRotations } from './vault-keys.ts'

/** The life of keys: customers' keys, rotations of any, and their way from one key store to another. */
export function keyArea(deps: Omit<CmekDeps & VaultKeysDeps & KeyMigrationDeps, 'runner' | 'vaultKeys'> & JobRunnerDeps) {
  const runner = jobRunner(deps)
  const vaultKeys = vaultKeyRotations({ ...deps, runner })
  return {
    cmek: cmek({ ...deps, runner }),
    vaultKeys,
    keyMigrations: keyMigrations({ ...deps, vaultKeys }),
    keyJobs: { stop: runner.stop },
  }
}

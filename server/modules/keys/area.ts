import { type CmekDeps, cmek } from './cmek.ts'
import { type JobRunnerDeps, jobRunner } from './job-runner.ts'
import { type KeyMigrationDeps, keyMigrations } from './migration/service.ts'
import { type ServerKeyRotationDeps, serverKeyRotation } from './server/rotation.ts'
import { type KeyStatusDeps, keyStatus } from './server/status.ts'
import { type TasksDeps, tasks } from './tasks.ts'
import { type VaultKeysDeps, vaultKeyRotations } from './vault-keys.ts'

type KeyAreaDeps = Omit<CmekDeps & VaultKeysDeps & KeyMigrationDeps, 'runner' | 'vaultKeys' | 'rotation'> &
  JobRunnerDeps &
  ServerKeyRotationDeps &
  TasksDeps &
  Omit<KeyStatusDeps, 'rotation'>

/** The lifecycle of keys: customer keys, the server's own, rotations, and migrations between key stores. */
export function keyArea(deps: KeyAreaDeps) {
  const runner = jobRunner(deps)
  const vaultKeys = vaultKeyRotations({ ...deps, runner })
  const rotation = serverKeyRotation(deps)
  return {
    serverKeyRotation: rotation,
    keyStatus: keyStatus({ ...deps, rotation }),
    cmek: cmek({ ...deps, runner }),
    vaultKeys,
    keyMigrations: keyMigrations({ ...deps, vaultKeys, rotation }),
    keyJobs: { stop: runner.stop },
    tasks: tasks(deps),
  }
}

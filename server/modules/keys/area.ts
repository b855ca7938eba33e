import { type CmekDeps, cmek } from './cmek.ts'
import { type DestructionDeps, kekDestruction } from './destruction.ts'
import { type JobRunnerDeps, jobRunner } from './job-runner.ts'
import { type VaultKeysDeps, vaultKeyRotations } from './vault-keys.ts'

/** The life of keys: customers' keys, and rotations of any. */
export function keyArea(deps: Omit<CmekDeps & VaultKeysDeps, 'runner'> & JobRunnerDeps & DestructionDeps) {
  const runner = jobRunner(deps)
  return {
    cmek: cmek({ ...deps, runner }),
    vaultKeys: vaultKeyRotations({ ...deps, runner }),
    destroyDoomedKeks: kekDestruction(deps),
    keyJobs: { stop: runner.stop },
  }
}

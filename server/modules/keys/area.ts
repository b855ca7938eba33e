import { type CmekDeps, cmek } from './cmek.ts'
import { type JobRunnerDeps, jobRunner } from './job-runner.ts'
import { type VaultKeysDeps, vaultKeyRotations } from './vault-keys.ts'

/** The life of keys: customers' keys, and rotations of any. */
export function keyArea(deps: Omit<CmekDeps & VaultKeysDeps, 'runner'> & JobRunnerDeps) {
  const runner = jobRunner(deps)
  return {
    cmek: cmek({ ...deps, runner }),
    vaultKeys: vaultKeyRotations({ ...deps, runner }),
    keyJobs: { stop: runner.stop },
  }
}

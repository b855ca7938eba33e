import { type CmekDeps, cmek } from './cmek.ts'
import { type JobRunnerDeps, jobRunner } from './job-runner.ts'

/** The life of keys: customers' keys, and rotations of any. */
export function keyArea(deps: Omit<CmekDeps, 'runner'> & JobRunnerDeps) {
  const runner = jobRunner(deps)
  return { cmek: cmek({ ...deps, runner }), keyJobs: { stop: runner.stop } }
}

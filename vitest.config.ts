import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The kinds of tests, each a folder of `test/`: those with the slowest files first. */
const KINDS = ['chaos', 'browser', 'hsm', 'cli', 'api', 'unit']

/** So that no processor is idle at the end, while a last slow file runs: a new clone does not know yet how long each takes. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => KINDS.findIndex(kind => moduleId.includes(`/test/${kind}/`))
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}

/** Node.js loads the TypeScript itself, which takes a quarter of the time that Vite takes for it. No test replaces a module. */
const LOADING = { viteModuleRunner: false, nodeLoader: false }

/**
 * What `--project` can name. Without one, all kinds are one project: vitest starts its processes anew for each, and every one of them loads
 * the server then. The files of a project run in the same processes, and so may leave nothing behind.
 */
function project(name: string, kinds: readonly string[]) {
  return {
    test: {
      name,
      include: kinds.map(kind => `test/${kind}/**/*.test.{ts,tsx}`),
      // What the slowest test needs on a busy machine.
      testTimeout: 180_000,
      hookTimeout: 120_000,
      pool: 'forks' as const,
      isolate: false,
      experimental: LOADING,
      execArgv: ['--import', new URL('./test/support/load-tsx.ts', import.meta.url).href],
      // A state is waited for as long as a busy machine may take.
      expect: { poll: { timeout: 30_000 } },
    },
  }
}

const isNamed = process.argv.some(word => /^--project(=|$)/.test(word))

export default defineConfig({
  test: {
    projects: isNamed ? KINDS.map(kind => project(kind, [kind])) : [project('all', KINDS)],
    experimental: LOADING,
    // Of the whole run, not of each project: they share the PostgreSQL that it starts when one is asked for.
    globalSetup: 'test/support/global-setup.ts',
    // Three more than the two processors that this is measured on: with one more, a third of their time passed unused, because many tests wait
    // for a process, a browser or the database; with two more, a quarter.
    maxWorkers: 5,
    sequence: { sequencer: SlowestFirst },
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/1claw/tests.json' },
  },
})

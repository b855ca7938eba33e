import { defineConfig } from 'vitest/config'

/**
 * One project for each kind of test; slow ones get more time, and all of them what a busy machine may take. They are one line, so that no
 * processor is idle at the end of a kind while the next one waits. The files of a kind run in the same processes: they do not load the
 * server anew each time, which takes a quarter of the time, and so may leave nothing behind.
 */
function kind(name: string, seconds = 60) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      testTimeout: seconds * 1000,
      hookTimeout: 120_000,
      pool: 'forks',
      isolate: false,
      // A state is waited for as long as a busy machine may take.
      expect: { poll: { timeout: 15_000 } },
    },
  }
}

export default defineConfig({
  test: {
    projects: [kind('unit'), kind('api'), kind('cli'), kind('hsm'), kind('browser', 120), kind('chaos', 180)],
    // Of the whole run, not of each project: they share the PostgreSQL that it starts when one is asked for.
    globalSetup: 'test/support/global-setup.ts',
    // Two more than the two processors that this is measured on: with one more, a third of their time passed unused, because many tests wait
    // for a process, a browser or the database.
    maxWorkers: 4,
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/1claw/tests.json' },
  },
})

import { defineConfig } from 'vitest/config'

/** One project for each kind of test; slow ones come after the others and get more time. */
function kind(name: string, { seconds = 20, order = 0 }: { seconds?: number; order?: number } = {}) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      testTimeout: seconds * 1000,
      hookTimeout: 60_000,
      pool: 'forks',
      sequence: { groupOrder: order },
    },
  }
}

export default defineConfig({
  test: {
    projects: [
      kind('unit'),
      kind('api'),
      kind('cli'),
      kind('hsm', { seconds: 60 }),
      kind('browser', { seconds: 120, order: 1 }),
      kind('chaos', { seconds: 180, order: 2 }),
    ],
    // Of the whole run, not of each project: they share the PostgreSQL that it starts when one is asked for.
    globalSetup: 'test/support/global-setup.ts',
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/1claw/tests.json' },
  },
})

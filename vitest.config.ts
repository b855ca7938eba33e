import { defineConfig } from 'vitest/config'

/** One project for each kind of test; slow ones come after the others and get more time. */
function kind(name: string, { seconds = 20, order = 0 }: { seconds?: number; order?: number } = {}) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      testTimeout: seconds * 1000,
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
    // globalSetup: 'test/support/global-setup.ts',
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/1claw/tests.json' },
  },
})

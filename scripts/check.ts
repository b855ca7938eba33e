/**
 * Types, lint, unused code, generated files, then the tests: `node scripts/check.ts [--no-tests]`. All of them run, even after a failure,
 * whose output is shown. The outcome is written to `REPORT` for CI to count.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const REPORT = join(root, 'node_modules/.cache/1claw/checks.json')

const CHECKS = [
  { name: 'types', program: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  {
    name: 'types of the console',
    program: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'server/console/tsconfig.json'],
  },
  { name: 'lint', program: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'nothing unused', program: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'generated files', program: ['scripts/golden.ts', '--check'] },
]

const TESTS = ['node_modules/vitest/vitest.mjs', 'run']

const outcomes = CHECKS.map(({ name, program }) => {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, program, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ok = status === 0
  console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  if (!ok) console.log(`${stdout}${stderr}`.trimEnd())
  return { name, ok }
})

mkdirSync(dirname(REPORT), { recursive: true })
writeFileSync(REPORT, JSON.stringify(outcomes))

const tested =
  process.argv.includes('--no-tests') || spawnSync(process.execPath, TESTS, { cwd: root, stdio: 'inherit' }).status === 0
if (!tested || outcomes.some(outcome => !outcome.ok)) process.exitCode = 1

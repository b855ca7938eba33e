/**
 * Counts the tests and checks of CI: `node scripts/tally.js <exit code of the tests> <exit code of the checks>`. Tests come from the report
 * of vitest, each further check is one. Prints `N passed, N failed` and exits 1 when anything failed, or ended without a report.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const reports = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules/.cache/1claw')

function report(name) {
  try {
    return JSON.parse(readFileSync(join(reports, name), 'utf8'))
  } catch {
    return undefined
  }
}

/** A file that failed as a whole, because of an import or a hook, has no failed test in it; and an error outside every test has no file. */
function testCounts(exitCode) {
  const results = report('tests.json')
  if (!results) return { passed: 0, failed: 1 }
  const broken = results.testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  ).length
  const failed = results.numFailedTests + broken
  return { passed: results.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}

function checkCounts(exitCode) {
  const outcomes = report('checks.json')
  if (!outcomes) return { passed: 0, failed: 1 }
  const failed = outcomes.filter(outcome => !outcome.ok).length
  return { passed: outcomes.length - failed, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}

const [tests, checks] = process.argv.slice(2).map(Number)
const counts = [testCounts(tests), checkCounts(checks)]
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const failed = counts.reduce((sum, count) => sum + count.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/**
 * Counts the tests and checks of CI: `node scripts/tally.js <exit code of the tests> <exit code of the checks>`. Tests come from the report
 * of vitest, each further check is one. The result of a second try (`second-try.js`) takes the place of the first. Prints
 * `N passed, N failed` and exits 1 when anything failed, or ended without a report.
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

/** A file that failed as a whole, because of an import or a hook, has no failed test in it, and counts as one. */
function failuresIn(file) {
  const failed = file.assertionResults.filter(test => test.status === 'failed').length
  return failed === 0 && file.status === 'failed' ? 1 : failed
}

/** An error outside every test belongs to no file: then only the exit code tells of it. */
function testCounts(exitCode) {
  const first = report('tests.json')
  if (!first) return { passed: 0, failed: 1 }
  const second = new Map(report('second-try.json')?.testResults.map(file => [file.name, file]))
  const files = first.testResults.map(file => second.get(file.name) ?? file)
  const failed = files.reduce((sum, file) => sum + failuresIn(file), 0)
  const passed = files.flatMap(file => file.assertionResults).filter(test => test.status === 'passed').length
  return { passed, failed: failed === 0 && second.size === 0 && exitCode !== 0 ? 1 : failed }
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

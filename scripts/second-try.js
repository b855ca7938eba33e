/**
 * Runs the files in which a test failed once more, while nothing else runs: `node scripts/second-try.js`. A test that then passes was
 * not held up by the product but by the machine, and is printed as unstable; the count of CI (`tally.js`) takes the second result. With more
 * than `LIMIT` files something is broken, and nothing is tried again.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const LIMIT = 6

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cache = 'node_modules/.cache/1claw'
const failuresOf = results => results.testResults.filter(file => file.status === 'failed')
const namesOf = file => file.assertionResults.filter(test => test.status === 'failed').map(test => test.fullName)

function report(name) {
  try {
    return JSON.parse(readFileSync(join(root, cache, name), 'utf8'))
  } catch {
    return { testResults: [] }
  }
}

const failed = failuresOf(report('tests.json'))
if (failed.length > 0 && failed.length <= LIMIT) {
  const files = failed.map(file => relative(root, file.name))
  spawnSync('npm', ['test', '--', ...files, '--maxWorkers=1', `--outputFile.json=${cache}/second-try.json`], {
    cwd: root,
    stdio: 'inherit',
  })
  const still = new Set(failuresOf(report('second-try.json')).flatMap(namesOf))
  for (const file of failed)
    for (const name of namesOf(file))
      console.log(`${still.has(name) ? 'Failed twice' : 'Unstable'}: ${relative(root, file.name)} > ${name}`)
}

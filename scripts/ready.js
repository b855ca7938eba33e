/**
 * Makes the checkout ready and then runs a program in it: `node scripts/ready.js [--build | --rebuild] [--manifest] [--tools] [program args…]`.
 *
 *   --build     compile what is stale into dist/
 *   --rebuild   compile everything, with the types checked
 *   --manifest  bring oclif.manifest.json and bin/completion.json up to date with the commands, when something was compiled
 *   --tools     SoftHSM2, Chromium and direnv, which the tests need
 *
 * It runs before node_modules exists, on whatever Node the machine has: so the scripts it imports are plain JavaScript without
 * dependencies. The program itself always runs on the Node that package.json pins.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { become, NotReady } from './become.js'
import { build } from './build.js'
import { install } from './install.js'
import { tools } from './tools.js'

const OPTIONS = ['--build', '--rebuild', '--manifest', '--tools']

async function main() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  process.chdir(root)
  const given = process.argv.slice(2)
  const end = given.findIndex(arg => !OPTIONS.includes(arg))
  const options = end < 0 ? given : given.slice(0, end)
  const program = end < 0 ? [] : given.slice(end)

  await install(root)
  if (options.includes('--tools')) await tools()
  if (options.includes('--build') || options.includes('--rebuild')) {
    await build(root, { everything: options.includes('--rebuild'), manifest: options.includes('--manifest') })
  }
  if (program.length > 0) become(root, program)
}

main().catch(error => {
  if (!(error instanceof NotReady)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
})

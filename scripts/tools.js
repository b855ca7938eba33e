import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NotReady, run } from './become.js'

/** The system packages for the tests: a software token, a second program that uses it, a browser, and direnv. */
export async function tools() {
  await systemPackages('for the tests', [
    { package: 'softhsm2', program: 'softhsm2-util', file: '/usr/lib/softhsm/libsofthsm2.so' },
    { package: 'opensc', program: 'pkcs11-tool' },
    // Chromium without windows: one with windows takes half as much processor time again.
    { package: 'chromium-headless-shell', program: 'chromium-headless-shell', instead: 'chromium' },
    { package: 'direnv', program: 'direnv' },
  ])
  try {
    await systemPackages('for the tests of exports', READERS)
  } catch (error) {
    if (!(error instanceof NotReady)) throw error
    // Other systems have other packages, so this is not tried there.
    console.error(`Exports are tested without some programs that read them. ${error.message}`)
  }
}

/** Programs that read the output of `export`, in addition to the shells that every system has. */
const READERS = [
  { package: 'zsh', program: 'zsh' },
  { package: 'fish', program: 'fish' },
  { package: 'mksh', program: 'mksh' },
  { package: 'docker-compose', program: 'docker-compose' },
]

/**
 * Installs the Debian packages whose program or file is missing, as root or through sudo without a password. `instead`: a package, and its
 * program, that is used if the first is not available.
 * @throws NotReady naming the packages if that is not permitted or fails.
 */
export async function systemPackages(purpose, wanted) {
  const missing = wanted.filter(isMissing)
  if (missing.length === 0) return
  const names = missing.map(each => each.package).join(' ')
  const command = `apt-get install -y ${names}`
  const prefix = await privilege()
  if (!prefix) {
    if (missing.every(isReplaced)) return
    throw new NotReady(`Missing ${purpose}: ${names.replaceAll(' ', ', ')}. Install with: sudo ${command}`)
  }

  console.error(`Installing ${names.replaceAll(' ', ', ')} ${purpose}…`)
  await apt(prefix, ['update'])
  let output = ''
  // One by one: a missing package does not stop the others.
  for (const each of missing) {
    output += await added(prefix, each.package)
    if (isMissing(each) && each.instead && !isReplaced(each)) output += await added(prefix, each.instead)
  }
  if (missing.some(each => isMissing(each) && !isReplaced(each))) {
    throw new NotReady(`${output}\nCould not install ${names.replaceAll(' ', ', ')}. Try: sudo ${command}`)
  }
}

/** Installs one package. Returns the output of a failure. */
async function added(prefix, name) {
  const { code, output } = await apt(prefix, ['install', '-y', '--no-install-recommends', name])
  return code === 0 ? '' : output
}

const isReplaced = ({ instead }) => instead !== undefined && onPath(instead)

function isMissing({ program, file }) {
  return !onPath(program) || (file !== undefined && !existsSync(file))
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some(folder => isExecutable(join(folder, program)))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The prefix for `apt-get`; undefined if nothing may be installed here. */
async function privilege() {
  if (!onPath('apt-get')) return undefined
  if (process.getuid?.() === 0) return []
  if (onPath('sudo') && (await run('sudo', ['-n', 'true'], { quiet: true })).code === 0) return ['sudo', '-n']
  return undefined
}

function apt(prefix, args) {
  const command = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=300', ...args]
  return run(command[0], command.slice(1), { quiet: true })
}

import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NotReady, run } from './become.js'

/** What the tests need beyond npm packages: a token to keep keys in, a second program that speaks to it, a browser, and direnv. */
export async function tools() {
  await systemPackages('for the tests', [
    { package: 'softhsm2', program: 'softhsm2-util', file: '/usr/lib/softhsm/libsofthsm2.so' },
    { package: 'opensc', program: 'pkcs11-tool' },
    { package: 'chromium', program: 'chromium' },
    { package: 'direnv', program: 'direnv' },
  ])
}

/**
 * Installs the Debian packages whose program or file is missing, as root or through a sudo that asks nothing.
 * @throws NotReady naming the packages when that is not permitted or fails.
 */
export async function systemPackages(purpose, wanted) {
  const missing = wanted.filter(isMissing).map(each => each.package)
  if (missing.length === 0) return
  const command = `apt-get install -y ${missing.join(' ')}`
  const prefix = await privilege()
  if (!prefix) throw new NotReady(`Missing ${purpose}: ${missing.join(', ')}. Install with: sudo ${command}`)

  console.error(`Installing ${missing.join(', ')} ${purpose}…`)
  await apt(prefix, ['update'])
  const { code, output } = await apt(prefix, ['install', '-y', '--no-install-recommends', ...missing])
  if (code !== 0 || wanted.some(isMissing)) {
    throw new NotReady(`${output}\nCould not install ${missing.join(', ')}. Try: sudo ${command}`)
  }
}

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

/** What to put before `apt-get`; undefined when nothing may be installed here. */
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

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { environment, NotReady, pinnedNode, run } from './become.js'
import { systemPackages } from './tools.js'

/** Installs node_modules if they are missing or do not match package-lock.json. */
export async function install(root) {
  if (isVerified(root)) return
  if (!isInstalled(root)) await installAll(root)
  if (!(await loads(root))) await compileSqlite(root)
  writeFileSync(marker(root), fingerprint(root))
}

/** Written once the native packages have loaded; valid for exactly these two lock files. */
const marker = root => join(root, 'node_modules', '.1claw-ready')

const locks = root => [join(root, 'package-lock.json'), join(root, 'node_modules', '.package-lock.json')]

function fingerprint(root) {
  const hash = createHash('sha256')
  for (const file of locks(root)) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function isVerified(root) {
  return existsSync(marker(root)) && existsSync(locks(root)[1]) && readFileSync(marker(root), 'utf8') === fingerprint(root)
}

/**
 * Whether npm's record of node_modules agrees with the lock file. npm writes its record after the install scripts, so an interrupted
 * install has none. Optional packages can be missing: they are for other machines.
 */
function isInstalled(root) {
  const [wantedFile, presentFile] = locks(root)
  if (!existsSync(presentFile) || !existsSync(pinnedNode(root))) return false
  const { '': own, ...wanted } = JSON.parse(readFileSync(wantedFile, 'utf8')).packages
  // Development of the server needs the packages that the client does without.
  const needed = Object.keys(own.optionalDependencies ?? {}).map(name => `node_modules/${name}`)
  const present = JSON.parse(readFileSync(presentFile, 'utf8')).packages
  const same = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity
  return (
    Object.entries(wanted).every(
      ([path, entry]) =>
        same(entry, present[path]) || (!present[path] && (entry.optional || entry.peer) && !needed.includes(path)),
    ) && Object.keys(present).every(path => path in wanted)
  )
}

async function installAll(root) {
  checkLock(root)
  // pkcs11js comes as source only, as does sqlite3 if no binary can be fetched.
  await systemPackages('to compile native packages', [
    { package: 'python3', program: 'python3' },
    { package: 'make', program: 'make' },
    { package: 'g++', program: 'g++' },
  ])
  const unfinished = !existsSync(locks(root)[1])
  if (unfinished) rmSync(join(root, 'node_modules'), { recursive: true, force: true })
  console.error('Installing packages and compiling two of them: two to four minutes…')
  // Not `npm ci`: it refuses a lock file without the optional packages of other systems, which a registry may not have.
  const { code } = await npm(['install', '--no-save', '--include=dev', '--include=optional'])
  if (code !== 0) throw new NotReady('The packages could not be installed; npm says why above.')
  if (!existsSync(pinnedNode(root))) {
    throw new NotReady('npm did not run the install scripts. Set `ignore-scripts=false` for this folder and try again.')
  }
}

/** What `npm ci` would check: that every version comes from the lock file, because it was made for this package.json. */
function checkLock(root) {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const locked = JSON.parse(readFileSync(locks(root)[0], 'utf8')).packages['']
  const text = ({ dependencies, optionalDependencies, devDependencies }) =>
    JSON.stringify([dependencies, optionalDependencies, devDependencies])
  if (text(wanted) !== text(locked)) {
    throw new NotReady('package-lock.json is not that of package.json. Run `npm install` and commit both.')
  }
}

/**
 * `npm` itself can run on the old Node.js; the install scripts of packages find the pinned one first on the PATH that npm gives them. Only
 * errors are shown: a warning that the machine's Node.js is too old would be about the wrong one.
 */
function npm(args) {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier']
  const env = { ...process.env, JOBS: 'max', ...localHeaders() }
  // On Windows `npm` is a batch file, which cannot be spawned.
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  const cli = process.env.npm_execpath ?? (process.platform === 'win32' ? beside : undefined)
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args, ...quiet], { env })
    : run('npm', [...args, ...quiet], { env })
}

/** Headers next to the machine's Node.js save a download; the native packages use Node-API, whose headers fit every newer Node.js. */
function localHeaders() {
  const prefixes = [
    resolve(process.execPath, '../..'),
    ...(process.env.npm_execpath ? [resolve(process.env.npm_execpath, '../../../../..')] : []),
  ]
  const prefix = prefixes.find(
    each => existsSync(join(each, 'include/node/node_api.h')) && existsSync(join(each, 'include/node/common.gypi')),
  )
  return prefix && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {}
}

const LOAD =
  "if (Number(process.versions.node.split('.')[0]) < 22) process.exit(2); for (const name of ['sqlite3', 'pkcs11js']) require(name)"

async function loads(root) {
  return (await run(pinnedNode(root), ['-e', LOAD], { quiet: true, env: environment(root) })).code === 0
}

/** The binary that sqlite3 offers for download may want a newer C library than this machine has. */
async function compileSqlite(root) {
  console.error('Compiling the native packages for this machine…')
  const { code } = await npm(['rebuild', 'sqlite3', 'pkcs11js', '--build-from-source'])
  if (code !== 0 || !(await loads(root))) {
    throw new NotReady(
      'sqlite3 or pkcs11js does not load on this machine. Remove node_modules and try again; the compiler says why above.',
    )
  }
}

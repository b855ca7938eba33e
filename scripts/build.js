import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { environment, NotReady, pinnedNode, run } from './become.js'

/** Bundles the compiled server into one file. */
const BUNDLE = 'scripts/bundle-server.ts'

/** The two compiled parts, their inputs, and how they are built. */
const PARTS = {
  code: {
    inputs: ['src', 'commands', 'server', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json', BUNDLE],
    output: 'dist/server/main.js',
    skip: path => path.startsWith('server/console/'),
    program: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--incremental', 'false'],
  },
  console: {
    inputs: ['server/console', 'src', 'tsconfig.json', 'package-lock.json'],
    output: 'dist/console',
    skip: path => path.startsWith('src/cli/') || path.startsWith('src/views/'),
    program: ['node_modules/vite/bin/vite.js', 'build', '--config', 'server/console/vite.config.ts', '--logLevel', 'warn'],
  },
}

/**
 * Compiles what has changed, by the content of the sources. Types are not checked unless `everything` is set: `npm run check` does that,
 * and a wrong type should not keep the tests from running.
 */
export async function build(root, { everything, manifest }) {
  const stampFile = join(root, 'dist', '.built.json')
  const stamp = !everything && existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {}
  const stale = Object.keys(PARTS).filter(
    name => stamp[name] !== digest(root, PARTS[name]) || !existsSync(join(root, PARTS[name].output)),
  )
  if (stale.length === 0) return

  mkdirSync(join(root, 'dist'), { recursive: true })
  for (const name of stale) {
    const before = digest(root, PARTS[name])
    const checking = name === 'code' && !everything ? ['--noCheck', '--declaration', 'false'] : []
    await compile(root, [...PARTS[name].program, ...checking])
    if (name === 'code') {
      prune(root, join(root, 'dist'))
      await compile(root, [BUNDLE])
    }
    stamp[name] = before
  }
  if (manifest && stale.includes('code')) await compile(root, ['scripts/golden.ts', '--only=manifest', '--only=completion'])
  writeFileSync(stampFile, JSON.stringify(stamp))
}

async function compile(root, program) {
  const { code, output } = await run(pinnedNode(root), program, { quiet: true, env: environment(root) })
  if (code !== 0) throw new NotReady(`${output.trim()}\nCould not build; node ${program.slice(0, 2).join(' ')} says why above.`)
}

function digest(root, part) {
  const hash = createHash('sha256')
  for (const path of part.inputs.flatMap(input => filesIn(root, input))) {
    if (!part.skip(path))
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(root, path)))
        .update('\0')
  }
  return hash.digest('hex')
}

/** Paths below the root, of a file or of all files of a folder, in a fixed order. */
function filesIn(root, path) {
  if (!existsSync(join(root, path))) return []
  const entries = /\.\w+$/.test(path) ? undefined : readdirSync(join(root, path), { withFileTypes: true, recursive: true })
  if (!entries) return [path]
  return entries
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(root.length + 1)
        .replaceAll(sep, '/'),
    )
    .sort()
}

/** Removes the output of deleted sources: the compiler leaves it, and oclif would still find a command there. */
function prune(root, dist) {
  for (const path of ['src', 'commands', 'server'].flatMap(folder => filesIn(dist, folder))) {
    const source = path.replace(/(\.d\.ts|\.js)(\.map)?$/, '')
    if (!['.ts', '.tsx'].some(end => existsSync(join(root, source + end)))) rmSync(join(dist, path))
  }
}

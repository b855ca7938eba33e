#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old can still say so.

const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number)
const fits = major >= 26 || (major === 24 && minor >= 15) || (major === 22 && (minor > 22 || (minor === 22 && patch >= 2)))
const words = process.argv.slice(2)

if (!fits) {
  console.error(`1claw needs Node.js 22.22.2 or a later 22, 24.15 or a later 24, or 26; this is ${process.versions.node}.`)
  process.exitCode = 1
} else if (words.length === 1 && words[0] === '--version') {
  const { printVersion } = await import('../dist/src/cli/context/version.js')
  await printVersion()
} else if (words[0] === 'serve' && process.execve && !process.execArgv.some(flag => flag.startsWith('--max-semi-space-size'))) {
  // A flag of V8 that must be there from the start. Every read of a secret leaves 50 kB of garbage, which needs some room between
  // collections; Node's own 16 would keep the process larger for the rest of its life.
  process.execve(
    process.execPath,
    [process.execPath, '--max-semi-space-size=8', ...process.execArgv, ...process.argv.slice(1)],
    // Of the server's threads for files, five may be at the database.
    // Freed buffers go back to the system, also those that bodies arrive in (64 kB), and threads share one heap (docs/decisions/0057).
    // What PostgreSQL sends arrives in such buffers, too, and a mapping for each answer would take a fifth of the speed.
    {
      UV_THREADPOOL_SIZE: '6',
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: process.env.ONECLAW_DATABASE_URL || process.env.ONECLAW_DATABASE_URL_FILE ? '131072' : '32768',
      MALLOC_TRIM_THRESHOLD_: '131072',
      ...process.env,
    },
  )
} else {
  // A folder of the user's own: who can write to a shared one could put code into it.
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = process.env
  const cache = [XDG_CACHE_HOME, HOME && `${HOME}/.cache`, LOCALAPPDATA].find(folder => /^(\/|[A-Za-z]:)/.test(folder ?? ''))
  if (cache) process.getBuiltinModule('node:module').enableCompileCache(`${cache}/1claw/compile`)
  if (words[0] === '__complete') {
    const { complete } = await import('../dist/src/cli/completion/complete.js')
    complete(process.env, words.slice(1))
  } else {
    const { start } = await import('../dist/src/cli/start.js')
    await start(words)
  }
}

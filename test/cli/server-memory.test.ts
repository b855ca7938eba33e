import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyPostgres } from '../support/postgres.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'claw-server-memory-'))
let server: ServerProcess | undefined
afterEach(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** On Linux: the settings of glibc's allocator and of V8 that the server's process was started with. */
async function settings(env: Record<string, string>) {
  server = await startProgram(join(folder, 'data'), env)
  const read = (name: string) => readFileSync(`/proc/${server?.child.pid}/${name}`, 'utf8').split('\0')
  return [
    ...read('environ').filter(entry => entry.startsWith('MALLOC_')),
    ...read('cmdline').filter(word => word.startsWith('--max-')),
  ]
}

describe('1claw serve', () => {
  it('starts its process with an allocator that returns freed memory to the system', async () => {
    expect((await settings({})).sort()).toEqual([
      '--max-semi-space-size=8',
      'MALLOC_ARENA_MAX=1',
      'MALLOC_MMAP_THRESHOLD_=32768',
      'MALLOC_TRIM_THRESHOLD_=131072',
    ])
  })

  it('leaves the buffers of answers in the heap on PostgreSQL', async () => {
    const place = await emptyPostgres()
    expect(await settings({ ONECLAW_DATABASE_URL: place.url })).toContain('MALLOC_MMAP_THRESHOLD_=131072')
    await server?.stop()
    await place.drop()
  })

  it('does not change what the operator has set', async () => {
    const own = await settings({ MALLOC_ARENA_MAX: '4', MALLOC_MMAP_THRESHOLD_: '1048576' })
    expect(own).toContain('MALLOC_ARENA_MAX=4')
    expect(own).toContain('MALLOC_MMAP_THRESHOLD_=1048576')
  })
})

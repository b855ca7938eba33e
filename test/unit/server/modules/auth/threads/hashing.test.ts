import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hashing } from '../../../../../../server/modules/auth/threads/hashing.ts'

const LIGHT = { algorithm: 2, memoryCost: 64, timeCost: 1, parallelism: 1 }

/** Of each thread of this process. */
function niceness(): number[] {
  const threads = readdirSync('/proc/self/task').map(id => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'))
  return threads.map(stat => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]))
}

function ownNiceness(): string | undefined {
  return readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[16]
}

describe('the threads that hash passwords', () => {
  it('run at lower priority, and no other thread does', async () => {
    const { hash, verify } = hashing(LIGHT)
    const before = niceness()
    const own = ownNiceness()
    const hashes = await Promise.all([hash('one'), hash('two')])
    expect(await verify(hashes[0], 'one')).toBe(true)
    expect(await verify(hashes[1], 'one')).toBe(false)
    const low = niceness().filter(nice => nice === 10)
    // One thread could be done with the first password before a second one has started.
    expect(low.length - before.filter(nice => nice === 10).length).toBeGreaterThanOrEqual(1)
    expect(niceness()).toEqual(expect.arrayContaining(before))
    expect(ownNiceness()).toBe(own)
  })

  it('are reused', async () => {
    const { hash } = hashing(LIGHT)
    await hash('one')
    const threads = niceness().length
    for (let i = 0; i < 5; i++) await hash('one')
    expect(niceness()).toHaveLength(threads)
  })

  it('fail without revealing their input, and continue', async () => {
    const { verify, hash } = hashing(LIGHT)
    await expect(verify('no hash at all', 'a password')).rejects.toThrow(/^A password could not be hashed\.$/)
    expect(await verify(await hash('one'), 'one')).toBe(true)
  })
})

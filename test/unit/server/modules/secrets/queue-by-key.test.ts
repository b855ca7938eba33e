import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { queueByKey } from '../../../../../server/modules/secrets/queue-by-key.ts'

describe('queueByKey', () => {
  it('runs tasks of one key one after the other, in order', async () => {
    const oneAtATime = queueByKey()
    const steps: string[] = []
    const task = (name: string, ms: number) => () =>
      (async () => {
        steps.push(`${name} begins`)
        await pause(ms)
        steps.push(`${name} ends`)
        return name
      })()
    const results = await Promise.all([
      oneAtATime('k', task('a', 15)),
      oneAtATime('k', task('b', 1)),
      oneAtATime('k', task('c', 5)),
    ])
    expect(results).toEqual(['a', 'b', 'c'])
    expect(steps).toEqual(['a', 'b', 'c'].flatMap(name => [`${name} begins`, `${name} ends`]))
  })

  it('does not hold up other keys', async () => {
    const oneAtATime = queueByKey()
    const never = oneAtATime('slow', () => new Promise<string>(() => {}))
    expect(await Promise.race([oneAtATime('fast', async () => 'fast'), never])).toBe('fast')
  })

  it('continues after a failed task, whose caller alone gets the failure', async () => {
    const oneAtATime = queueByKey()
    const failing = oneAtATime('k', () => Promise.reject(new Error('no')))
    const next = oneAtATime('k', async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})

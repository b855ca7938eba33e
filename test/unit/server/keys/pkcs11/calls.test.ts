import { setImmediate as turn } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { createCalls } from '../../../../../server/keys/pkcs11/calls.ts'
import type { Operation, Outcome, Request } from '../../../../../server/keys/pkcs11/wire/protocol.ts'
import { Problem, type ProblemCode } from '../../../../../src/problem.ts'

const SIGN: Operation = { do: 'sign', data: new Uint8Array(1) }

function table(deadlineMs = 5_000) {
  const batches: (readonly Request[])[] = []
  const late: number[] = []
  const calls = createCalls(
    deadlineMs,
    requests => batches.push(requests),
    () => late.push(1),
  )
  const answerAll = (requests: readonly Request[] = []) => {
    calls.answer(requests.map(({ id }) => ({ id, data: Uint8Array.of(id & 255) })))
  }
  return { calls, batches, late, answerAll }
}

const codeOf = (promise: Promise<unknown>): Promise<ProblemCode | 'no failure'> =>
  promise.then(
    () => 'no failure',
    (problem: Problem) => problem.code,
  )

describe('calls', () => {
  it('of one tick go in one message, and each gets its own result', async () => {
    const { calls, batches, answerAll } = table()
    const results = Array.from({ length: 20 }, () => calls.call(SIGN))
    await Promise.resolve()
    expect(batches.map(batch => batch.length)).toEqual([20])
    answerAll([...(batches[0] ?? [])].reverse())
    expect((await Promise.all(results)).map(data => data?.[0])).toEqual(batches[0]?.map(({ id }) => id))
  })

  it('wait in this process when the worker is busy', async () => {
    const { calls, batches, answerAll } = table()
    const results = Promise.all(Array.from({ length: 300 }, () => calls.call(SIGN)))
    await Promise.resolve()
    expect(batches.map(batch => batch.length)).toEqual([64, 64])
    for (let i = 0; i < batches.length; i++) {
      answerAll(batches[i])
      await Promise.resolve()
    }
    expect(batches.flat()).toHaveLength(300)
    expect(await results).toHaveLength(300)
  })

  it('that are not answered in time fail, and are not sent again', async () => {
    const { calls, batches, late, answerAll } = table(30)
    const results = Array.from({ length: 200 }, () => codeOf(calls.call(SIGN)))
    expect(new Set(await Promise.all(results))).toEqual(new Set(['keys.unavailable']))
    expect(late).toHaveLength(128)
    answerAll(batches.flat())
    await turn()
    expect(batches.flat()).toHaveLength(128)
  })

  it('that are answered late leave no key behind', async () => {
    const { calls, batches } = table(20)
    expect(await codeOf(calls.call(SIGN))).toBe('keys.unavailable')
    const data = new Uint8Array(32).fill(7)
    calls.answer([{ id: batches[0]?.[0]?.id ?? -1, data }])
    expect(data.every(byte => byte === 0)).toBe(true)
  })

  it('are answered from the pipe after this process was busy', async () => {
    const { calls, batches, answerAll } = table(20)
    const result = calls.call(SIGN)
    await Promise.resolve()
    const { port1, port2 } = new MessageChannel()
    port1.on('message', () => {
      answerAll(batches[0])
      port1.close()
    })
    port2.postMessage('the worker has answered')
    const until = performance.now() + 60
    while (performance.now() < until);
    await expect(result).resolves.toHaveLength(1)
  })

  it('all fail with the worker, and the next worker starts clean', async () => {
    const { calls, batches } = table()
    const results = Array.from({ length: 400 }, () => codeOf(calls.call(SIGN)))
    await Promise.resolve()
    calls.fail(new Problem('keys.unavailable'))
    calls.reset()
    expect(new Set(await Promise.all(results))).toEqual(new Set(['keys.unavailable']))
    const next = calls.call(SIGN)
    await Promise.resolve()
    const [request] = batches.at(-1) ?? []
    calls.answer([{ id: request?.id ?? -1, data: null }])
    expect(await next).toBeNull()
  })

  it.each<[Extract<Outcome, { fault: unknown }>['fault'], ProblemCode]>([
    ['unreadable', 'secret.unreadable'],
    ['missing', 'internal'],
    ['twice', 'internal'],
    ['failed', 'internal'],
    ['exists', 'resource.conflict'],
    ['late', 'keys.unavailable'],
    ['lost', 'keys.unavailable'],
  ])('that end in "%s" are the problem %s, which reveals nothing from the log', async (fault, code) => {
    const { calls, batches } = table()
    const result = calls.call(SIGN).catch((problem: Problem) => problem)
    await Promise.resolve()
    calls.answer([{ id: batches[0]?.[0]?.id ?? -1, fault, log: 'a label' }])
    expect(await result).toMatchObject({ code, message: expect.not.stringContaining('a label') })
  })
})

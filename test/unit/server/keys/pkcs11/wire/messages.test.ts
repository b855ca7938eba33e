import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LENGTH_BYTES } from '../../../../../../server/keys/pkcs11/wire/frames.ts'
import {
  outcomesFrame,
  readFromWorker,
  readToWorker,
  stateFrame,
  toWorkerFrame,
} from '../../../../../../server/keys/pkcs11/wire/messages.ts'
import type { FromWorker, Operation, Outcome, ToWorker } from '../../../../../../server/keys/pkcs11/wire/protocol.ts'

const kek = { id: '5c1f0a52-ä', blob: null }
const [data, aad] = [randomBytes(61), randomBytes(250)]
const OPERATIONS: Operation[] = [
  { do: 'create', id: 'k' },
  { do: 'wrap', kek, data, aad },
  { do: 'unwrap', kek: { id: 'k', blob: randomBytes(41) }, data, aad },
  { do: 'destroy', kek: { id: '', blob: Buffer.alloc(0) } },
  { do: 'sign', data: randomBytes(5_000) },
  { do: 'create-curve-key', id: 'c' },
  { do: 'sign-digest', id: 'c', data },
  { do: 'destroy-curve-key', id: 'c' },
  { do: 'ping' },
]
const TO_WORKER: ToWorker[] = [
  { type: 'open', settings: { module: '/lib/x.so', tokenLabel: 'ä', pin: '1234', mode: 'wrapped', create: true } },
  { type: 'open', settings: { module: 'm', tokenLabel: 't', pin: '', mode: 'per-vault', create: false } },
  { type: 'requests', requests: [] },
  { type: 'requests', requests: OPERATIONS.map((operation, at) => ({ id: 2 ** 40 + at, expires: 1234.5, operation })) },
  { type: 'close' },
]
const STATES: Exclude<FromWorker, { type: 'outcomes' }>[] = [
  { type: 'ready', publicKey: randomBytes(32), checkValue: null },
  { type: 'ready', publicKey: randomBytes(32), checkValue: randomBytes(3) },
  { type: 'refused', refusal: 'pin-locked', subject: 'a label' },
]
const OUTCOMES: Outcome[] = [
  { id: 1, data: randomBytes(32) },
  { id: 2, data: null },
  { id: 2 ** 40, fault: 'unreadable', log: 'CKR_ENCRYPTED_DATA_INVALID' },
  { id: 4, fault: 'lost', log: '' },
]

const bodyOf = (frame: Buffer) => Buffer.from(frame.subarray(LENGTH_BYTES))

function outcomesOf(outcomes: readonly Outcome[], flaws: number): Buffer {
  const frame = outcomesFrame()
  for (const outcome of outcomes) frame.add(outcome)
  return bodyOf(frame.done(flaws))
}

describe('messages', () => {
  it.each(TO_WORKER)('to the worker arrive as they were sent: $type', message => {
    expect(readToWorker(bodyOf(toWorkerFrame(message)))).toEqual(message)
  })

  it.each(STATES)('from the worker arrive as they were sent: $type', message => {
    expect(readFromWorker(bodyOf(stateFrame(message)))).toEqual(message)
  })

  it('carry outcomes, and the worker’s known flaws at their end', () => {
    expect(readFromWorker(outcomesOf(OUTCOMES, 3))).toEqual({ type: 'outcomes', outcomes: OUTCOMES, flaws: 3 })
    expect(readFromWorker(outcomesOf([], 0))).toEqual({ type: 'outcomes', outcomes: [], flaws: 0 })
  })

  it('return byte fields as views, so that wiped bytes are gone', () => {
    const body = outcomesOf([{ id: 1, data }], 0)
    const message = readFromWorker(body)
    if (message.type === 'outcomes') for (const outcome of message.outcomes) if ('data' in outcome) outcome.data?.fill(0)
    expect(body.includes(data)).toBe(false)
  })

  it('leave no PIN in the frame', () => {
    const body = bodyOf(toWorkerFrame(TO_WORKER[0] ?? { type: 'close' }))
    readToWorker(body)
    expect(body.includes('1234')).toBe(false)
  })

  it('are refused when they are invalid', () => {
    const request = bodyOf(toWorkerFrame(TO_WORKER[3] ?? { type: 'close' }))
    for (const bytes of [Buffer.alloc(0), Buffer.of(3), Buffer.of(1, 0), request.subarray(0, -1)]) {
      expect(() => readToWorker(bytes)).toThrow(RangeError)
    }
    const unknownFault = outcomesOf([{ id: 1, data: null }], 0)
    unknownFault[unknownFault.length - 5] = 100
    for (const bytes of [Buffer.alloc(0), Buffer.of(3), outcomesOf(OUTCOMES, 0).subarray(0, -1), unknownFault]) {
      expect(() => readFromWorker(bytes)).toThrow(RangeError)
    }
  })
})

import type { Kek } from '../../keyring.ts'
import { type FieldReader, type FieldWriter, fieldReader, fieldWriter } from './fields.ts'
import { LENGTH_BYTES } from './frames.ts'
import type { Fault, FromWorker, Operation, Outcome, Refusal, Request, ToWorker } from './protocol.ts'

/**
 * The messages of `protocol.ts` as bytes. Encoded by hand, because every secret that is read passes through here twice: V8's own format
 * takes longer than the token takes to unwrap a DEK.
 */
const TO_WORKER = ['open', 'requests', 'close'] as const satisfies readonly ToWorker['type'][]
const FROM_WORKER = ['ready', 'refused', 'outcomes'] as const satisfies readonly FromWorker['type'][]
const OPERATIONS = [
  'create',
  'wrap',
  'unwrap',
  'destroy',
  'sign',
  'create-signer',
  'signer-public-key',
  'sign-with',
  'destroy-signer',
  'create-curve-key',
  'sign-digest',
  'destroy-curve-key',
  'ping',
  'import-curve-key',
  'try-import',
] as const satisfies readonly Operation['do'][]
const FAULTS = [
  'unreadable',
  'missing',
  'twice',
  'exists',
  'incapable',
  'failed',
  'late',
  'lost',
] as const satisfies readonly Fault[]
/** The placeholder for no fault. */
const DONE = 255

/** The frame of a message to the worker. */
export function toWorkerFrame(message: ToWorker): Buffer {
  const writer = fieldWriter(LENGTH_BYTES)
  writer.byte(TO_WORKER.indexOf(message.type))
  if (message.type === 'requests') for (const request of message.requests) writeRequest(writer, request)
  if (message.type === 'open') {
    const { module, tokenLabel, pin, mode, create } = message.settings
    for (const text of [module, tokenLabel, pin, mode]) writer.text(text)
    writer.byte(create ? 1 : 0)
  }
  return writer.done()
}

/** @throws RangeError for bytes that are not such a message. */
export function readToWorker(message: Buffer): ToWorker {
  const reader = fieldReader(message)
  const type = choice(TO_WORKER, reader)
  if (type === 'close') return { type }
  if (type === 'requests') return { type, requests: all(reader, readRequest) }
  const [module, tokenLabel, pin, mode] = [reader.text(), reader.text(), reader.text(), reader.text()]
  const create = reader.byte() === 1
  message.fill(0)
  return { type, settings: { module, tokenLabel, pin, mode: mode === 'wrapped' ? mode : 'per-vault', create } }
}

/** The frame of outcomes, filled one by one: the bytes of an outcome are not needed after they are written. */
export interface OutcomesFrame {
  readonly count: number
  add(outcome: Outcome): void
  done(flaws: number): Buffer
}

const FLAWS_AT = LENGTH_BYTES + 1

export function outcomesFrame(): OutcomesFrame {
  const writer = fieldWriter(LENGTH_BYTES)
  writer.byte(FROM_WORKER.indexOf('outcomes'))
  writer.number(0)
  let count = 0
  return {
    get count() {
      return count
    },
    add(outcome) {
      count++
      writer.number(outcome.id)
      if ('fault' in outcome) {
        writer.byte(FAULTS.indexOf(outcome.fault))
        writer.text(outcome.log)
      } else {
        writer.byte(DONE)
        writer.bytes(outcome.data)
      }
    },
    done(flaws) {
      const frame = writer.done()
      frame.writeDoubleBE(flaws, FLAWS_AT)
      return frame
    },
  }
}

/** The frame of a message of the worker about itself. */
export function stateFrame(message: Exclude<FromWorker, { type: 'outcomes' }>): Buffer {
  const writer = fieldWriter(LENGTH_BYTES)
  writer.byte(FROM_WORKER.indexOf(message.type))
  if (message.type === 'ready') {
    writer.bytes(message.publicKey)
    writer.bytes(message.checkValue)
  } else {
    writer.text(message.refusal)
    writer.text(message.subject)
  }
  return writer.done()
}

/** @throws RangeError for bytes that are not such a message. */
export function readFromWorker(message: Buffer): FromWorker {
  const reader = fieldReader(message)
  const type = choice(FROM_WORKER, reader)
  if (type === 'outcomes') return { type, flaws: reader.number(), outcomes: all(reader, readOutcome) }
  if (type === 'refused') return { type, refusal: reader.text() as Refusal, subject: reader.text() }
  return { type, publicKey: present(reader.bytes()), checkValue: reader.bytes() }
}

function writeRequest(writer: FieldWriter, { id, expires, operation }: Request): void {
  writer.number(id)
  writer.number(expires)
  writer.byte(OPERATIONS.indexOf(operation.do))
  if ('kek' in operation) {
    writer.text(operation.kek.id)
    writer.bytes(operation.kek.blob)
  }
  if ('id' in operation) writer.text(operation.id)
  if ('data' in operation) writer.bytes(operation.data)
  if ('aad' in operation) writer.bytes(operation.aad)
  if ('point' in operation) writer.bytes(operation.point)
  if ('digest' in operation) writer.bytes(operation.digest)
}

function readRequest(reader: FieldReader): Request {
  return { id: reader.number(), expires: reader.number(), operation: readOperation(reader) }
}

function readOperation(reader: FieldReader): Operation {
  const what = choice(OPERATIONS, reader)
  switch (what) {
    case 'ping':
      return { do: what }
    case 'sign':
      return { do: what, data: present(reader.bytes()) }
    case 'destroy':
      return { do: what, kek: readKek(reader) }
    case 'wrap':
    case 'unwrap':
      return { do: what, kek: readKek(reader), data: present(reader.bytes()), aad: present(reader.bytes()) }
    case 'sign-with':
    case 'sign-digest':
      return { do: what, id: reader.text(), data: present(reader.bytes()) }
    case 'import-curve-key':
      return { do: what, id: reader.text(), data: present(reader.bytes()), point: present(reader.bytes()) }
    case 'try-import':
      return { do: what, data: present(reader.bytes()), digest: present(reader.bytes()) }
    case 'create':
    case 'create-signer':
    case 'signer-public-key':
    case 'destroy-signer':
    case 'create-curve-key':
    case 'destroy-curve-key':
      return { do: what, id: reader.text() }
  }
}

function readKek(reader: FieldReader): Kek {
  return { id: reader.text(), blob: reader.bytes() }
}

function readOutcome(reader: FieldReader): Outcome {
  const id = reader.number()
  const code = reader.byte()
  if (code === DONE) return { id, data: reader.bytes() }
  const fault = FAULTS[code]
  if (!fault) throw new RangeError(`There is no fault ${code}`)
  return { id, fault, log: reader.text() }
}

function choice<T>(names: readonly T[], reader: FieldReader): T {
  const code = reader.byte()
  const name = names[code]
  if (name === undefined) throw new RangeError(`There is no message or operation ${code}`)
  return name
}

function all<T>(reader: FieldReader, one: (reader: FieldReader) => T): T[] {
  const items: T[] = []
  while (reader.more) items.push(one(reader))
  return items
}

function present(bytes: Buffer | null): Buffer {
  if (!bytes) throw new RangeError('A field lacks')
  return bytes
}

import { closeSync, readSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { outputFailed } from '../context/output-failure.ts'
import { masker, maskingStream } from './mask.ts'
import type { PipeEnds } from './pipe.ts'

/** One output of a program, and its way through the mask to our output. */
export interface MaskedOutput {
  /** The value for `spawn`. */
  readonly stdio: number | 'pipe'
  /** Called when the program has started. `stream`: its end of a socket, if it was given one. */
  begin(stream: Readable | null): void
  /** The program has ended: releases what it has written, without waiting for its remaining children. Returns its exit code. */
  end(): Promise<number>
  /** The program did not start. */
  abandon(): void
}

const CHUNK = 65_536

interface Way {
  readonly to: NodeJS.WriteStream
  readonly secrets: readonly string[]
  /** The stream that the program writes to; none if it has a socket. */
  readonly pipe: PipeEnds | undefined
  /** It shows what a person types. */
  readonly echo?: boolean
}

export function maskedOutput({ to, secrets, pipe, echo = false }: Way): MaskedOutput {
  const mask = maskingStream(masker(secrets), { echo })
  let source: Readable | undefined
  let failed: number | undefined
  let passed: Promise<void> = Promise.resolve()

  /** The reader of our output can stop; the program must then notice as if it wrote to it itself. */
  function onFailure(error: Error): void {
    failed ??= outputFailed(error)
    source?.destroy()
    mask.destroy()
  }

  return {
    stdio: pipe?.write ?? 'pipe',
    begin(stream) {
      if (pipe) closeSync(pipe.write)
      source = pipe ? readerOf(pipe) : (stream ?? undefined)
      to.on('error', onFailure)
      source?.on('error', () => {})
      source?.on('data', (chunk: Buffer) => {
        if (!mask.write(chunk)) source?.pause()
      })
      mask.on('drain', () => source?.resume())
      passed = pipeline(mask, to, { end: false }).catch(() => {})
    },
    async end() {
      if (source && !source.readableEnded && !source.destroyed) {
        if (pipe) takeAll(source, pipe.read, chunk => mask.write(chunk))
        else await finished(source).catch(() => {})
      }
      source?.destroy()
      if (!mask.destroyed) mask.end()
      await passed
      to.off('error', onFailure)
      return failed ?? 0
    },
    abandon() {
      if (!pipe) return
      closeSync(pipe.write)
      readerOf(pipe).destroy()
    },
  }
}

function readerOf({ read, source }: PipeEnds): Readable {
  return source ?? new Socket({ fd: read, readable: true, writable: false })
}

/** The bytes that were read but not yet passed on, then the current content of the pipe. */
function takeAll(source: Readable, fd: number, take: (chunk: Buffer) => void): void {
  source.pause()
  source.removeAllListeners('data')
  for (let chunk: Buffer | null = source.read(); chunk !== null; chunk = source.read()) take(chunk)
  for (const chunk of waiting(fd)) take(chunk)
}

/** The current content of a pipe. */
function* waiting(fd: number): Generator<Buffer> {
  for (;;) {
    const chunk = Buffer.alloc(CHUNK)
    const length = readNow(fd, chunk)
    if (length === 0) return
    yield chunk.subarray(0, length)
  }
}

/** 0 at the end, and if it is empty. */
function readNow(fd: number, chunk: Buffer): number {
  try {
    return readSync(fd, chunk)
  } catch {
    return 0
  }
}

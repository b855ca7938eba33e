/** A pseudo-terminal: a program has one end of it, and we read the other. */
import { constants, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ReadStream } from 'node:tty'
import { Problem } from '../../../problem.ts'
import type { PipeEnds } from '../pipe.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** `write` is the program's end, `read` is ours. */
export interface Pty extends PipeEnds {
  /** Its device name. */
  readonly name: string
  type(keys: Uint8Array): void
  resize(size: Size): void
}

/** Opens a terminal without a program. The library has it, but does not declare it. */
interface Library {
  open(options: { cols: number; rows: number; encoding: null }): {
    readonly fd: number
    readonly ptsName: string
    readonly master: ReadStream
    readonly slave: ReadStream
    resize(columns: number, rows: number): void
  }
}

/** @throws Problem `config.invalid` where no terminal can be made. */
export function openPty({ columns, rows }: Size): Pty {
  const pty = opened(columns, rows)
  const { master } = pty
  // Without NOCTTY it could become the terminal of this process.
  const write = openSync(pty.ptsName, constants.O_RDWR | constants.O_NOCTTY)
  // The library reads from this end as well, and would consume the typed input.
  pty.slave.destroy()
  return {
    name: pty.ptsName,
    read: pty.fd,
    write,
    source: master,
    type: keys => void (master.destroyed || master.write(keys)),
    resize: size => void (master.destroyed || pty.resize(size.columns, size.rows)),
  }
}

function opened(cols: number, rows: number): ReturnType<Library['open']> {
  try {
    // Called at once: signals that arrive while an `import` is awaited would find no program.
    const library = createRequire(import.meta.url)('@lydell/node-pty') as Library
    return library.open({ cols, rows, encoding: null })
  } catch {
    throw new Problem('config.invalid', '--mask=always needs a terminal for the program, and none can be made here.', {
      hint: 'Install 1claw with its optional packages (npm install -g 1claw --include=optional), or pipe the output: `1claw run --mask -- … | cat`.',
    })
  }
}

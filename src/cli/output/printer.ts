import type { Context } from '../context/context.ts'
import type { Streams } from '../context/terminal.ts'
import { uncoloured } from '../context/visible.ts'
import type { Format, GlobalFlags } from '../flags/global-flags.ts'
import type { Names } from './principal-cell.ts'
import { type Facts, factsView, gridOf, type View } from './view.ts'

/** Shows results on stdout in the requested format, and messages on stderr. */
export interface Printer {
  readonly format: Format
  /** Several objects of one kind; `none` is printed on stderr if there are none. */
  list<Row>(rows: readonly Row[], view: View<Row>, none: string): Promise<void>
  one<Row>(row: Row, view: View<Row>): Promise<void>
  /** Anything as JSON, or YAML on request. */
  data(value: unknown): Promise<void>
  /** A completed action: a sentence for people, the object itself in any other format. */
  done<Row>(sentence: string, row: Row, view: View<Row>): Promise<void>
  /** The same without a reply from the server: a few facts. */
  did(sentence: string, facts: Facts): Promise<void>
  /** A message for people: on stderr, and not with --quiet. */
  note(text: string): void
}

/** The flags for the output. */
export type AnswerFlags = Pick<GlobalFlags, 'json' | 'jq' | 'output' | 'quiet'> &
  Partial<Pick<GlobalFlags, 'no-pager' | 'no-input'>>

/** A printer's input; without `page` it has no pager. */
type Printing = Streams & Partial<Pick<Context, 'now' | 'page'>>

/** @param names of agents and people, for a person at a terminal */
export function printerOf(streams: Printing, flags: AnswerFlags, names?: () => Promise<Names>): Printer {
  const { stdout, stderr } = streams
  const format: Format = flags.json || flags.jq !== undefined ? 'json' : (flags.output ?? 'table')
  const note = (text: string) => {
    if (!flags.quiet) stderr.write(`${text}\n`)
  }

  /** Text without our colours has none on a terminal either: everything in it comes from others. */
  const put = (text: string) => stdout.write(stdout.isTTY && format !== 'table' ? uncoloured(text) : text)

  async function rows<Row>(all: readonly Row[], view: View<Row>, single: boolean): Promise<string> {
    const plain = gridOf(all, view)
    const isForPerson = format === 'table' && stdout.isTTY
    const grid = names && isForPerson ? await (await import('./named.ts')).withNames(plain, names) : plain
    if (format === 'name') return all.map(row => `${view.name(row)}\n`).join('')
    if (format === 'table') {
      const { listText, tableText } = await import('./table.ts')
      // Scripts get times unchanged; people want to know how long ago it was.
      const now = isForPerson ? (streams.now?.() ?? Date.now()) : undefined
      return single ? listText(grid, now) : tableText(grid, stdout.isTTY ? stdout.columns : 0, now)
    }
    const { csvText, plainLines, tsvText } = await import('./separated.ts')
    return format === 'csv' ? csvText(grid) : format === 'tsv' ? tsvText(grid) : plainLines(grid)
  }

  /** A table that is longer than the screen goes to the pager; output for programs, and values, are printed. */
  async function long<Row>(text: string, view: View<Row>): Promise<void> {
    const isLong = stdout.isTTY && stdout.rows > 0 && text.split('\n').length > stdout.rows
    const mayPage = format === 'table' && !view.isSecret && !flags['no-pager'] && !flags['no-input']
    if (isLong && mayPage && (await streams.page?.(text))) return
    put(text)
  }

  async function data(value: unknown): Promise<void> {
    if (flags.jq !== undefined) {
      const { jqText } = await import('./jq.ts')
      const { text, remarks } = await jqText(flags.jq, value)
      stderr.write(remarks)
      return put(text)
    }
    if (format !== 'yaml') return put(`${JSON.stringify(value, undefined, 2)}\n`)
    const { yamlText } = await import('./yaml.ts')
    put(yamlText(value))
  }

  async function one<Row>(row: Row, view: View<Row>): Promise<void> {
    if (format === 'json' || format === 'yaml') return data(row)
    put(await rows([row], view, true))
  }

  async function done<Row>(sentence: string, row: Row, view: View<Row>): Promise<void> {
    if (format === 'table') note(sentence)
    else await one(row, view)
  }

  return {
    format,
    async list(all, view, none) {
      if (format === 'json' || format === 'yaml') return data(all)
      if (all.length === 0) note(none)
      else await long(await rows(all, view, false), view)
    },
    one,
    done,
    did: (sentence, facts) => done(sentence, facts, factsView(facts)),
    data,
    note,
  }
}

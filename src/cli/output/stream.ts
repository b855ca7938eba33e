import type { Context } from '../context/context.ts'
import type { Streams } from '../context/terminal.ts'
import { uncoloured, visible } from '../context/visible.ts'
import { isMoment } from './moment.ts'
import { isWho, type Names } from './principal-cell.ts'
import type { AnswerFlags } from './printer.ts'
import { type Cell, gridOf, plainText, type View } from './view.ts'

interface Streaming<Row> {
  readonly view: View<Row>
  /** Names of agents, people and vaults, for a person at a terminal. */
  readonly names: () => Promise<Names>
}

/**
 * Prints objects of one kind as they arrive, in the requested format: one line for each, also for JSON and the results of `--jq`, and one
 * document for each in YAML. At a terminal people get names and local times.
 */
export function streamOf<Row>(
  { stdout, stderr, now }: Streams & Pick<Context, 'now'>,
  flags: AnswerFlags,
  { view, names }: Streaming<Row>,
): (row: Row) => Promise<void> {
  const format = flags.json || flags.jq !== undefined ? 'json' : (flags.output ?? 'table')
  const nameOf = namesAsNeeded(names)
  let isFirst = true

  async function cellText(cell: Cell): Promise<string> {
    if (!stdout.isTTY) return plainText(cell)
    if (isWho(cell)) return `${cell.kind} ${await nameOf(cell.id)}`
    return isMoment(cell) ? clockTime(new Date(cell.at), new Date(now())) : plainText(cell)
  }

  async function textOf(row: Row): Promise<string> {
    if (flags.jq !== undefined) {
      const { jqText } = await import('./jq.ts')
      const { text, remarks } = await jqText(flags.jq, row)
      stderr.write(remarks)
      return text
    }
    if (format === 'json') return `${JSON.stringify(row)}\n`
    if (format === 'yaml') return `---\n${(await import('./yaml.ts')).yamlText(row)}`
    if (format === 'name') return `${view.name(row)}\n`
    const grid = gridOf([row], view)
    if (format === 'table') {
      const cells = await Promise.all((grid.rows[0] ?? []).map(cellText))
      return `${cells.map(visible).filter(Boolean).join('  ')}\n`
    }
    const { csvText, plainLines, tsvText } = await import('./separated.ts')
    if (format === 'plain') return plainLines(grid)
    const text = format === 'csv' ? csvText(grid) : tsvText(grid)
    return isFirst ? text : text.slice(text.indexOf('\n') + 1)
  }

  return async row => {
    const text = await textOf(row)
    isFirst = false
    stdout.write(stdout.isTTY && format !== 'table' ? uncoloured(text) : text)
  }
}

/** Names by id; loaded when the first is needed, and again for an unknown id. */
function namesAsNeeded(names: () => Promise<Names>): (id: string) => Promise<string> {
  const unknown = new Set<string>()
  let known: Promise<Names> | undefined
  return async id => {
    known ??= names()
    if (!(await known).has(id) && !unknown.has(id)) {
      unknown.add(id)
      known = names()
    }
    return (await known).get(id) ?? id
  }
}

/** `20:22:12`; on another day, the date comes first. */
function clockTime(at: Date, now: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  const isToday = at.toDateString() === now.toDateString()
  return isToday ? time : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`
}

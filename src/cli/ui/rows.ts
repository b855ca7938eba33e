import { rankedPlacesOf } from '../../name-match.ts'
import { listText } from '../output/table.ts'
import { gridOf, type View } from '../output/view.ts'
import { ACCESS, AGENT, AGENT_DETAILS, AUDIT_EVENT, POLICY, pathIn, SECRET, VAULT, VERSION } from '../output/views/resources.ts'
import { listIn } from './list-key.ts'
import type { Row, Table } from './row.ts'
import type { Fact, Item, List, Named, Place, Screen, State } from './state.ts'
import { treeRows } from './tree.ts'

const NOTHING: Table = { headings: [], rows: [], total: 0, isLoading: false, hasMore: false }

/** The rows of a screen, filtered by its search, the best match first. */
export function rowsOf(state: State, { place, search }: Screen): Table {
  const table = remembered(state, place, search)
  if (search.trim() === '' || place.kind === 'folder') return table
  const places = rankedPlacesOf(
    search,
    table.rows.map(({ name }) => name),
  )
  return { ...table, rows: places.flatMap(at => table.rows[at] ?? []) }
}

/** The selected row; undefined if there are no rows. */
export function rowAt(state: State, screen: Screen): Row | undefined {
  const { rows } = rowsOf(state, screen)
  return rows[Math.min(screen.at, rows.length - 1)]
}

/** Every key press and every drawing needs the rows, which can be many, so the last result is kept until its inputs change. */
let newest: { readonly of: readonly unknown[]; readonly table: Table } | undefined

function remembered(state: State, place: Place, search: string): Table {
  const of = [state.lists, place, place.kind === 'folder' ? search : '']
  if (!newest || of.some((part, index) => part !== newest?.of[index])) newest = { of, table: tableOf(state, place, search) }
  return newest.table
}

function tableOf(state: State, place: Place, search: string): Table {
  switch (place.kind) {
    case 'vaults':
      return table(listIn(state, { of: 'vaults' }), pick(VAULT, 'name', 'created', 'description'), vault => ({
        name: `${vault.name} ${vault.description ?? ''}`,
        opens: { kind: 'folder', vault: { id: vault.id, name: vault.name }, folder: '' },
      }))
    case 'agents':
      return table(
        listIn(state, { of: 'agents' }),
        pick(AGENT, 'name', 'active', 'auth', 'last active', 'description'),
        agent => ({
          name: `${agent.name} ${agent.description ?? ''}`,
          opens: factsOf(agent.name, agent, AGENT_DETAILS),
        }),
      )
    case 'policies':
      return policyTable(state, place.vault)
    case 'audit':
      return auditTable(state)
    case 'secret':
      return versionTable(state, place)
    case 'access':
      return table(listIn(state, { of: 'access', vaultId: place.vault.id, path: place.path }), ACCESS, entry => ({
        name: `${entry.name} ${entry.principal_type} ${entry.allowed ? 'yes' : 'no'}`,
        opens: factsOf(entry.name, entry, ACCESS),
      }))
    case 'folder': {
      const list = listIn(state, { of: 'secrets', vaultId: place.vault.id })
      const { rows, total } = treeRows(list?.items ?? [], place.vault, place.folder, search)
      return { headings: Object.keys(SECRET.columns), rows, total, ...progressOf(list) }
    }
    case 'facts':
      return { ...NOTHING, total: place.facts.length }
  }
}

function progressOf(list: List | undefined): Pick<Table, 'isLoading' | 'hasMore'> {
  return { isLoading: list?.isLoading ?? true, hasMore: list?.next !== undefined }
}

type Described = Omit<Row, 'cells'>

function table<T extends Item>(list: List<T> | undefined, view: View<T>, describe: (item: T) => Described): Table {
  const items = list?.items ?? []
  const { headings, rows } = gridOf(items, view)
  const described = items.map((item, index) => ({ cells: rows[index] ?? [], ...describe(item) }))
  return { headings, rows: described, total: items.length, ...progressOf(list) }
}

function versionTable(state: State, { vault, path }: Extract<Place, { kind: 'secret' }>): Table {
  const view: View<Parameters<typeof VERSION.name>[0]> = {
    ...VERSION,
    columns: {
      ...VERSION.columns,
      'created by': ({ created_by: maker = '' }) => {
        const [type = '', id = ''] = maker.split(':')
        return id === '' ? maker : `${type} ${nameOf(state, id)}`
      },
    },
  }
  return table(listIn(state, { of: 'versions', vaultId: vault.id, path }), view, ({ version }) => ({
    name: String(version),
    secret: { vault, path, version },
  }))
}

function policyTable(state: State, vault: Named): Table {
  const view: View<Parameters<typeof POLICY.name>[0]> = {
    ...POLICY,
    columns: {
      ...pick(POLICY, 'path', 'permissions').columns,
      principal: policy => `${policy.principal_type} ${nameOf(state, policy.principal_id)}`,
      ...pick(POLICY, 'expires', 'conditions').columns,
    },
  }
  return table(listIn(state, { of: 'policies', vaultId: vault.id }), view, policy => ({
    name: `${policy.secret_path_pattern} ${policy.principal_type} ${nameOf(state, policy.principal_id)}`,
    opens: factsOf(policy.secret_path_pattern, policy, { ...view, columns: { ...view.columns, ...pick(POLICY, 'id').columns } }),
  }))
}

function auditTable(state: State): Table {
  const view: View<Parameters<typeof AUDIT_EVENT.name>[0]> = {
    ...AUDIT_EVENT,
    columns: {
      ...AUDIT_EVENT.columns,
      actor: event => `${event.actor_type} ${nameOf(state, event.actor_id)}`,
      resource: event => `${event.resource_type} ${String(pathIn(event) ?? nameOf(state, event.resource_id))}`,
    },
  }
  return table(listIn(state, { of: 'audit' }), view, event => ({
    name: `${event.action} ${event.actor_type} ${nameOf(state, event.actor_id)} ${String(pathIn(event) ?? nameOf(state, event.resource_id))}`,
    opens: factsOf(event.action, event, {
      ...AUDIT_EVENT,
      columns: { ...AUDIT_EVENT.columns, number: event => event.seq },
    }),
  }))
}

/** The name of the agent or vault, or the address of the person, with this id; the beginning of any other id. */
function nameOf(state: State, id: string): string {
  const known = [...(listIn(state, { of: 'agents' })?.items ?? []), ...(listIn(state, { of: 'vaults' })?.items ?? [])]
  const members = listIn(state, { of: 'members' })?.items ?? []
  return known.find(thing => thing.id === id)?.name ?? members.find(member => member.id === id)?.email ?? id.slice(0, 8)
}

/** All properties of an object, one on each line. */
function factsOf<T>(title: string, thing: T, view: View<T>): Place {
  const facts = listText(gridOf([thing], view))
    .trimEnd()
    .split('\n')
  return {
    kind: 'facts',
    title,
    facts: facts.map((line): Fact => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  }
}

/** A view of some of the columns. */
function pick<T>(view: View<T>, ...headings: readonly string[]): View<T> {
  return { ...view, columns: Object.fromEntries(Object.entries(view.columns).filter(([heading]) => headings.includes(heading))) }
}

/** The screen of one agent. */
export function agentPlace(agent: Parameters<typeof AGENT.name>[0]): Place {
  return factsOf(agent.name, agent, AGENT_DETAILS)
}

import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { Empty } from '../../ui/data/empty.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { cut } from '../../ui/data/page-of-rows.ts'
import { NumberedPages } from '../../ui/data/pages.tsx'
import { useAskedFor, useQuery } from '../../ui/data/query.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useProgressiveRows } from '../../ui/data/use-progressive-rows.ts'
import { Button } from '../../ui/form/button.tsx'
import { ChoiceField } from '../../ui/form/choice-field.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { useNow } from '../../ui/use-now.ts'
import { allSecrets, type Listed } from '../secrets/ages/listed.ts'
import { useAgeMap } from '../secrets/ages/use-age-map.tsx'
import { amount } from './chosen.ts'
import { FacetList } from './facet-list.tsx'
import { type Filter, ORDER_LABELS, ORDERS } from './facets.ts'
import { ImportDialog } from './import/import-dialog.tsx'
import { NewSecretIn } from './new-secret-in.tsx'
import { SecretTable } from './secret-table.tsx'
import { SecretTabs } from './secret-tabs.tsx'
import { Selection } from './selection.tsx'
import { useFound } from './use-found.ts'

const PAGE_SIZE = 100

/** `/secrets`: the secrets of all vaults, by age and expiry. */
export function AllSecretsPage() {
  const loaded = useLoaded(client => allSecrets(client))
  const [opened, setOpened] = useState<'import' | 'new'>()
  useAskedFor('import', () => setOpened('import'))
  const close = () => setOpened(undefined)
  const create = (
    <Button kind="primary" onClick={() => setOpened('new')}>
      New secret
    </Button>
  )
  return (
    <Page
      title="Secrets"
      actions={
        <>
          <Button onClick={() => setOpened('import')}>Import</Button>
          {create}
        </>
      }
    >
      <SecretTabs here="/secrets" />
      <LoadedView of={loaded} what="the secrets">
        {({ secrets, more }) =>
          secrets.length === 0 ? (
            <NoSecrets action={create} />
          ) : (
            <>
              <Filtered all={secrets} onChanged={loaded.reload} />
              {more && (
                <p className="quiet">
                  There are more: <code>1claw secrets list --all-vaults</code> lists every one.
                </p>
              )}
            </>
          )
        }
      </LoadedView>
      {opened === 'import' && <ImportDialog onClose={close} onDone={loaded.reload} />}
      {opened === 'new' && <NewSecretIn onClose={close} />}
    </Page>
  )
}

function NoSecrets({ action }: { action: ReactNode }) {
  return (
    <div className="empty">
      <Empty action={action} command="1claw secrets set db/url">
        There are no secrets that you can read. Store one, or import a <code>.env</code> or JSON file.
      </Empty>
    </div>
  )
}

function Filtered({ all, onChanged }: { all: readonly Listed[]; onChanged(): Promise<void> }) {
  const [query, change] = useQuery()
  const now = useNow(60_000)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { filter, order, key, matched, found } = useFound(all, query, now)
  const asked = Number(query.get('page') ?? 1)
  const { rows, page, pages } = useMemo(() => cut(found, asked, PAGE_SIZE), [found, asked])
  const picked = useMemo(() => all.filter(({ id }) => chosen.has(id)), [all, chosen])
  const go = (to: number) => change({ page: to === 1 ? '' : String(to) })
  const choose = useCallback((ids: readonly string[], on: boolean) => {
    setChosen(before => {
      const next = new Set(before)
      for (const id of ids) {
        if (on) next.add(id)
        else next.delete(id)
      }
      return next
    })
  }, [])
  // Large parts are only drawn again when they change, not at every key press.
  const map = useAgeMap({ secrets: found, all: matched, now, query, change })
  const drawn = useProgressiveRows(rows, key)
  const table = useMemo(
    () => <SecretTable rows={drawn} chosen={chosen} onChoose={(id, on) => choose([id], on)} />,
    [drawn, chosen, choose],
  )
  const shown = rows.map(({ id }) => id)
  return (
    <>
      {map}
      <div className="faceted">
        <div className="faceted-side">
          <FacetList
            secrets={all}
            chosen={filter.facets}
            now={now}
            onChange={facets => change({ only: facets.join(','), page: '' })}
          />
        </div>
        <div className="faceted-main">
          <Controls all={all} filter={filter} order={order} onChange={entries => change({ ...entries, page: '' })} />
          <p className="quiet" role="status">
            {found.length === all.length ? amount(all.length) : `${found.length.toLocaleString()} of ${amount(all.length)}`}
          </p>
          <Selection
            chosen={picked}
            page={{ all: shown.length > 0 && shown.every(id => chosen.has(id)), choose: on => choose(shown, on) }}
            onClear={() => setChosen(new Set())}
            onDone={async () => {
              setChosen(new Set())
              await onChanged()
            }}
          />
          {table}
          <NumberedPages of="the secrets" page={page} pages={pages} onGo={go} />
        </div>
      </div>
    </>
  )
}

interface ControlsProps {
  all: readonly Listed[]
  filter: Filter
  order: string
  onChange(entries: Readonly<Record<string, string>>): void
}

function Controls({ all, filter: { words, vault }, order, onChange }: ControlsProps) {
  const vaults = useMemo(() => {
    const names = new Map(all.map(({ vault_id, vault_name }) => [vault_id, vault_name]))
    return [{ value: '', label: 'All' }, ...Array.from(names, ([value, label]) => ({ value, label }))]
  }, [all])
  return (
    <form className="form-row" onSubmit={event => event.preventDefault()}>
      <Field
        label="Search all secrets"
        name="q"
        type="search"
        {...EXACT}
        value={words}
        onChange={event => onChange({ q: event.currentTarget.value })}
      />
      <ChoiceField label="Vault" name="vault" choices={vaults} value={vault} onChange={id => onChange({ vault: id })} />
      <SelectField label="Order" name="sort" value={order} onChange={event => onChange({ sort: event.currentTarget.value })}>
        {ORDERS.map(each => (
          <option key={each} value={each === 'path' ? '' : each}>
            {ORDER_LABELS[each]}
          </option>
        ))}
      </SelectField>
    </form>
  )
}

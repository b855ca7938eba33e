import { describe, expect, it } from 'vitest'
import { around, entriesOf, found } from '../../../../../../server/console/pages/secrets/folders.ts'

const secrets = ['app', 'app/a', 'app/b/c', 'app/b/d', 'apple/x', 'b'].map((path, index) => ({
  id: String(index),
  path,
  type: 'generic',
  version: 1,
  created_at: '2026-01-01T00:00:00Z',
}))

const names = (entries: ReturnType<typeof entriesOf>) =>
  entries.map(entry => ('secret' in entry ? entry.secret.path : `${entry.folder}/ ${entry.count}`))

describe('a folder', () => {
  it('lists the folders directly below it, with their counts, and its own secrets', () => {
    expect(names(entriesOf(secrets, ''))).toEqual(['app/ 3', 'apple/ 1', 'app', 'b'])
    expect(names(entriesOf(secrets, 'app'))).toEqual(['app/b/ 2', 'app/a'])
    expect(names(entriesOf(secrets, 'app/b'))).toEqual(['app/b/c', 'app/b/d'])
    expect(entriesOf(secrets, 'ap')).toEqual([])
  })

  it('was written when the newest of what is in it was', () => {
    const written = secrets.map((secret, month) => ({ ...secret, created_at: `2026-0${9 - month}-01T00:00:00Z` })).slice(1, 4)
    expect(entriesOf(written, '')).toEqual([{ folder: 'app', count: 3, written: '2026-08-01T00:00:00Z' }])
  })
})

describe('a filter', () => {
  const paths = (of: readonly { readonly path: string }[]) => of.map(({ path }) => path)
  it('requires every word somewhere in the path, in any case', () => {
    expect(paths(found(secrets, 'B aPp'))).toEqual(['app/b/c', 'app/b/d'])
    expect(paths(found(secrets, ' app/b '))).toEqual(['app/b/c', 'app/b/d'])
    expect(found(secrets, '.*')).toEqual([])
  })
})

describe('the breadcrumb of a path', () => {
  it('leads to the vault and to every folder around it', () => {
    expect(around({ id: 'v', name: 'prod' }, 'app/b/c').map(({ label, to }) => `${label} ${to}`)).toEqual([
      'Vaults /vaults',
      'prod /vaults/prod',
      'app /vaults/prod/folders/app',
      'b /vaults/prod/folders/app/b',
    ])
  })
})

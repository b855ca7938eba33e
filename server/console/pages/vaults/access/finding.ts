import type { Contract } from '../../../../../src/contract/all.ts'

type Access = Pick<Contract['policies.folder-access']['reply'], 'folders' | 'principals'>

/** All, some or none of a folder, as a cell shows it. */
export function shareOf(can: number, of: number): { readonly sign: string; readonly text: string } {
  if (can === 0) return { sign: '○', text: 'none' }
  return can === of
    ? { sign: '●', text: `all ${of.toLocaleString()}` }
    : { sign: '◐', text: `${can.toLocaleString()} of ${of.toLocaleString()}` }
}

/** The table in a sentence: how many can read all, some and nothing of it. */
export function findingOf({ folders, principals }: Access): string {
  const total = folders.reduce((sum, { secrets }) => sum + secrets, 0)
  const able = principals.map(({ secrets }) => secrets.reduce((sum, count) => sum + count, 0))
  const all = able.filter(count => total > 0 && count === total).length
  const some = able.filter(count => count > 0).length - all
  const none = able.length - all - some
  return `${total.toLocaleString()} ${total === 1 ? 'secret' : 'secrets'}: ${all} of ${able.length} people and agents can read all of them now, ${some} some, ${none} none.`
}

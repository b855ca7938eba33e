import { useDirectory } from '../../ui/people/names.tsx'

/** What people and agents are called, by their ids; empty until it is known. */
export type Names = ReadonlyMap<string, string>

export function useNames(): Names {
  const { members, agents } = useDirectory()
  return new Map([
    ...members.map(({ id, email, display_name }) => [id, display_name ?? email] as const),
    ...agents.map(({ id, name }) => [id, name] as const),
  ])
}

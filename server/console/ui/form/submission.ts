import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import { explain, explainField, problemOf } from '../../failure.ts'
import type { Entries, Failure } from './entries.ts'

export type { Entries, Failure }

export interface Submission {
  /** What is wrong with the entries before anything is sent; `null` when nothing is. */
  check(entries: Entries): Failure | null
  send(entries: Entries): Promise<void>
  /** What to tell of a refusal. */
  failureOf(problem: Problem): Failure
}

export interface Form {
  readonly ref: RefObject<HTMLFormElement | null>
  readonly busy: boolean
  readonly failure: Failure | null
  onSubmit(event: FormEvent<HTMLFormElement>): void
}

/** A form that is checked, sent once at a time, and leads the focus to the first field at fault. */
export function useForm({ check, send, failureOf }: Submission): Form {
  const ref = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    if (failure) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [failure])

  const submit = async (entries: Entries) => {
    const fault = check(entries)
    setFailure(fault)
    if (fault) return
    setBusy(true)
    await send(entries).catch(thrown => setFailure(failureOf(problemOf(thrown))))
    setBusy(false)
  }

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const data = new FormData(event.currentTarget)
    void submit(name => String(data.get(name) ?? ''))
  }

  return { ref, busy, failure, onSubmit }
}

/**
 * What a form with these fields tells of a problem: at the fields when the server named one of them, or an entry of one that is a list,
 * else over the form.
 * @param denied who may do it: said to those who may not
 */
export function refusal(problem: Problem, names: readonly string[], denied?: string): Failure {
  const faults = Object.entries(problem.extras.fields ?? {})
    .map(([name, fault]) => [fieldOf(name), fault] as const)
    .filter(([name]) => names.includes(name))
  if (faults.length === 0) return { message: explain(problem, denied) }
  return { fields: Object.fromEntries(faults.map(([name, fault]) => [name, explainField(fault)])) }
}

/** `scopes[2]` is an entry of the field `scopes`. */
function fieldOf(name: string): string {
  return name.replace(/\[.*$/, '')
}

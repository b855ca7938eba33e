import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import { explain, explainField, problemOf } from '../../failure.ts'
import type { Entries, Failure } from './entries.ts'

export type { Entries, Failure }

export interface Submission {
  /** Checks the entries before anything is sent; `null` if they are valid. */
  check(entries: Entries): Failure | null
  send(entries: Entries): Promise<void>
  /** The message for a problem. */
  failureOf(problem: Problem): Failure
}

export interface Form {
  readonly ref: RefObject<HTMLFormElement | null>
  readonly busy: boolean
  readonly failure: Failure | null
  onSubmit(event: FormEvent<HTMLFormElement>): void
}

/** The failure of the last submission, and whether the form or the server found it. */
interface Told {
  readonly failure: Failure | null
  readonly by: 'check' | 'server'
}

/**
 * A form that checks its entries, sends them once at a time, and moves the focus to the first field with an error. The error of a field
 * disappears when the entry is corrected.
 */
export function useForm({ check, send, failureOf }: Submission): Form {
  const ref = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const told = useRef<Told>({ failure: null, by: 'check' })
  const latest = useRef(check)
  latest.current = check

  const tell = (reason: Failure | null, by: Told['by']) => {
    told.current = { failure: reason, by }
    setFailure(reason)
  }

  useEffect(() => {
    const form = ref.current
    if (!failure || !form) return
    // The focus does not move while the person corrects a field.
    if (told.current.failure === failure) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    let waiting: ReturnType<typeof setTimeout>
    const onInput = ({ target }: Event) => {
      const { name } = target as HTMLInputElement
      clearTimeout(waiting)
      // After React has the entry, because some forms check their own state.
      waiting = setTimeout(() => {
        const faults = latest.current(entriesOf(form))?.fields
        // A fault that the server found stays until that field changes.
        setFailure(left(failure, field => (told.current.by === 'server' && field !== name) || faults?.[field] !== undefined))
      })
    }
    form.addEventListener('input', onInput)
    return () => {
      clearTimeout(waiting)
      form.removeEventListener('input', onInput)
    }
  }, [failure])

  const submit = async (entries: Entries) => {
    const fault = check(entries)
    tell(fault, 'check')
    if (fault) return
    setBusy(true)
    await send(entries).catch(thrown => tell(failureOf(problemOf(thrown)), 'server'))
    setBusy(false)
  }

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    void submit(entriesOf(event.currentTarget))
  }

  return { ref, busy, failure, onSubmit }
}

function entriesOf(form: HTMLFormElement): Entries {
  const data = new FormData(form)
  return name => String(data.get(name) ?? '')
}

/** The failure without the fields that are correct now. */
function left({ message, fields = {} }: Failure, isWrong: (field: string) => boolean): Failure | null {
  const faults = Object.entries(fields).filter(([field, fault]) => fault !== undefined && isWrong(field))
  if (faults.length === 0 && message === undefined) return null
  return { ...(message !== undefined && { message }), fields: Object.fromEntries(faults) }
}

/**
 * The message of a form with these fields about a problem: next to the fields if the server named one of them, or an entry of one that is a
 * list, otherwise above the form.
 * @param denied the message for people without the permission: who may do it
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

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

/** What was said when the form was last sent, and who found it. */
interface Told {
  readonly failure: Failure | null
  readonly by: 'check' | 'server'
}

/**
 * A form that is checked, sent once at a time, and leads the focus to the first field at fault. What is said of a field goes when it is
 * mended.
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
    // Who mends one field is not led to the next.
    if (told.current.failure === failure) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    let waiting: ReturnType<typeof setTimeout>
    const onInput = ({ target }: Event) => {
      const { name } = target as HTMLInputElement
      clearTimeout(waiting)
      // Once React has the entry: some forms check what they hold themselves.
      waiting = setTimeout(() => {
        const faults = latest.current(entriesOf(form))?.fields
        // What the server found wrong stays until that field is changed.
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

/** What is left of a failure, by the fields in which something is still wrong. */
function left({ message, fields = {} }: Failure, isWrong: (field: string) => boolean): Failure | null {
  const faults = Object.entries(fields).filter(([field, fault]) => fault !== undefined && isWrong(field))
  if (faults.length === 0 && message === undefined) return null
  return { ...(message !== undefined && { message }), fields: Object.fromEntries(faults) }
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

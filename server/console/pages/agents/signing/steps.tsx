import { type ReactNode, useEffect, useId, useRef } from 'react'

const STEPS = {
  key: 'Chain and key',
  limits: 'Limits',
  try: 'Try it',
  take: 'Key and commands',
} as const

export type StepName = keyof typeof STEPS

const NAMES = Object.keys(STEPS) as readonly StepName[]

/** The steps, and the current one. */
export function Steps({ at }: { at: StepName }) {
  return (
    <ol className="steps" aria-label="Steps">
      {NAMES.map((name, index) => (
        <li
          key={name}
          className={index < NAMES.indexOf(at) ? 'step-done' : undefined}
          aria-current={name === at ? 'step' : undefined}
        >
          {STEPS[name]}
          {index < NAMES.indexOf(at) && <span className="only-heard">, done</span>}
        </li>
      ))}
    </ol>
  )
}

interface StepPanelProps {
  at: StepName
  children: ReactNode
}

/** One step. Its title takes the focus, so that a person who has just finished the previous step starts at the top of this one. */
export function StepPanel({ at, children }: StepPanelProps) {
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (at !== NAMES[0]) heading.current?.focus()
  }, [at])
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {NAMES.indexOf(at) + 1}. {STEPS[at]}
      </h2>
      {children}
    </section>
  )
}

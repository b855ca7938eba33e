import { type ChangeEvent, useRef, useState } from 'react'
import { Button } from '../../../ui/form/button.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Labelled } from '../../../ui/form/labelled.tsx'
import { randomValue, textOf } from './new-value.ts'

interface ValueFieldProps {
  /** Called for every change; a file's text is kept byte for byte. */
  value: string
  onChange(value: string): void
  error?: string | undefined
}

/** The value of a secret: typed or pasted on several lines, generated, or from a file. Typed text is hidden until requested. */
export function ValueField({ value, onChange, error }: ValueFieldProps) {
  const [shown, show] = useState(false)
  const [file, setFile] = useState<{ name: string; fault?: string } | null>(null)
  const picker = useRef<HTMLInputElement>(null)

  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = target.files ?? []
    target.value = ''
    if (!chosen) return
    const text = await textOf(chosen).catch((fault: unknown) => {
      setFile({ name: chosen.name, fault: fault instanceof Error ? fault.message : 'It cannot be read.' })
      return undefined
    })
    onChange(text ?? '')
    if (text !== undefined) setFile({ name: chosen.name })
  }

  const generate = () => {
    setFile(null)
    onChange(randomValue())
  }

  const typeInstead = () => {
    setFile(null)
    onChange('')
  }

  const fromFile = file !== null && file.fault === undefined
  return (
    <Labelled label="Value" error={file?.fault ? `${file.name}: ${file.fault}` : error}>
      {ties => (
        <>
          {fromFile ? (
            <p id={ties.id} className="from-file">
              From the file <strong>{file.name}</strong>, {new TextEncoder().encode(value).length} bytes.
            </p>
          ) : (
            <textarea
              {...ties}
              className={shown ? 'choice' : 'choice masked'}
              value={value}
              onChange={event => onChange(event.target.value)}
              {...EXACT}
            />
          )}
          <div className="actions">
            {fromFile ? (
              <Button kind="link" onClick={typeInstead}>
                Type it instead
              </Button>
            ) : (
              <Button kind="link" onClick={() => show(!shown)}>
                {shown ? 'Hide what is typed' : 'Show what is typed'}
              </Button>
            )}
            <Button kind="link" onClick={generate}>
              Generate
            </Button>
            <Button kind="link" onClick={() => picker.current?.click()}>
              Choose file
            </Button>
            <input ref={picker} type="file" hidden aria-label="File with the value" autoComplete="off" onChange={choose} />
          </div>
        </>
      )}
    </Labelled>
  )
}

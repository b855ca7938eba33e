import { linkHorizontal } from 'd3-shape'
import { type ReactNode, useId, useRef, useState } from 'react'
import { Button } from '../../form/button.tsx'
import { followLink } from '../../location.ts'
import { useStops } from '../use-stops.ts'
import { type Access, COLUMNS, type End, endOf, fitting, type Placed, placed, ROW, WIDTH } from './ties.ts'

interface AccessMapProps {
  /** The finding, in a sentence. */
  caption: string
  access: Access
  /** The dialog that explains the access of somebody, with what can be done about it. */
  chainOf(who: End): ReactNode
}

const curve = linkHorizontal<{ source: [number, number]; target: [number, number] }, [number, number]>()

/**
 * A map of who can reach what, and by which rule. A thicker line means more reads; a dashed line means access that was never used. Those
 * who lost their access are below the separating line. Tab enters, arrows move, Enter opens. The table next to it has the exact data.
 */
export function AccessMap({ caption, access, chainOf }: AccessMapProps) {
  const [shown, show] = useState(false)
  const [opened, open] = useState<End | null>(null)
  const popover = useRef<HTMLDivElement>(null)
  const title = useId()
  const openChain = (who: End) => {
    open(who)
    popover.current?.showPopover()
    popover.current?.focus()
  }
  return (
    <figure className={shown ? 'chart access-map access-map-shown' : 'chart access-map'}>
      <figcaption className="chart-caption">
        <span>{caption}</span>
        <span className="access-map-toggle">
          <Button kind="link" onClick={() => show(!shown)}>
            {shown ? 'Hide the map' : 'Show as a map'}
          </Button>
        </span>
      </figcaption>
      <div className="access-map-scroll">
        <Picture caption={caption} access={access} onOpen={openChain} />
      </div>
      <div ref={popover} popover="auto" className="popover" tabIndex={-1} role="dialog" aria-labelledby={title}>
        <h3 id={title}>{opened?.label}</h3>
        {opened && chainOf(opened)}
        <Button onClick={() => popover.current?.hidePopover()}>Close</Button>
      </div>
    </figure>
  )
}

function Picture({ caption, access, onOpen }: { caption: string; access: Access; onOpen(who: End): void }) {
  const at_ = placed(access)
  const { who, rules, what, former } = access
  const stops = [...who, ...former, ...what.filter(({ to }) => to !== undefined)]
  const { ref, onKeyDown, stop } = useStops(stops.length)
  const person = (end: End, y: number) => (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button element.
    <g
      key={end.id}
      {...stop(stops.indexOf(end))}
      role="button"
      aria-haspopup="dialog"
      className="access-stop"
      onClick={() => onOpen(end)}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onOpen(end)
      }}
    >
      <Label end={end} y={y} column={COLUMNS.who} />
    </g>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset.
    <svg ref={ref} viewBox={`0 0 ${WIDTH} ${at_.height}`} role="group" aria-label={caption} onKeyDown={onKeyDown}>
      <Lines access={access} at={at_} />
      {who.map((end, place) => person(end, at_.yOf.who[place] ?? 0))}
      {rules.map(({ id, label, inWords }, place) => (
        <text
          key={id}
          className={inWords ? 'access-text' : 'access-text access-code'}
          x={COLUMNS.rule.x}
          y={(at_.yOf.rules[place] ?? 0) + 5}
        >
          {fitting(label, COLUMNS.rule.width)}
          <title>{label}</title>
        </text>
      ))}
      {at_.line !== undefined && (
        <text className="access-text access-former" x={0} y={at_.line - 6}>
          read it within 90 days, cannot any more
        </text>
      )}
      {former.map((end, place) => person(end, at_.yOf.former[place] ?? 0))}
      {what.map((end, place) => {
        const label = <Label key={end.id} end={end} y={at_.yOf.what[place] ?? 0} column={COLUMNS.what} />
        const { to } = end
        if (to === undefined) return label
        return (
          <a
            key={end.id}
            {...stop(stops.indexOf(end))}
            href={to}
            className="access-stop"
            onClick={event => followLink(event, to)}
          >
            {label}
          </a>
        )
      })}
    </svg>
  )
}

function Label({ end: { label, note }, y, column: { x, width } }: { end: End; y: number; column: { x: number; width: number } }) {
  const room = note === undefined ? width : width - (note.length + 1) * 7
  return (
    <>
      <rect className="access-target" x={x} y={y - ROW / 2 + 2} width={width} height={ROW - 4} rx="6" />
      <text className="access-text access-name" x={x + 6} y={y + 5}>
        {fitting(label, room - 12)}
      </text>
      {note !== undefined && (
        <text className="access-text access-note" x={x + width - 6} y={y + 5} textAnchor="end">
          {` ${note}`}
        </text>
      )}
    </>
  )
}

function Lines({ access: { who, rules, what, ties }, at: { line, yOf } }: { access: Access; at: Placed }) {
  const most = Math.max(1, ...ties.map(({ reads }) => reads))
  const place = (all: readonly { readonly id: string }[], id: string) => all.findIndex(each => each.id === id)
  return (
    <g>
      {ties.map(tie => {
        const [whoY, ruleY, whatY] = [
          yOf.who[place(who, tie.who)] ?? 0,
          yOf.rules[place(rules, tie.rule)] ?? 0,
          yOf.what[place(what, tie.what)] ?? 0,
        ]
        const from = curve({ source: [COLUMNS.who.x + COLUMNS.who.width, whoY], target: [COLUMNS.rule.x - 6, ruleY] })
        const right = COLUMNS.rule.x + COLUMNS.rule.width
        const along = `M${endOf(rules[place(rules, tie.rule)]?.label ?? '', COLUMNS.rule)},${ruleY}H${right}`
        const to = curve({ source: [right, ruleY], target: [COLUMNS.what.x, whatY] })
        const kind = tie.reads === 0 || tie.waits ? 'access-line access-never' : 'access-line'
        const strokeWidth = 1.5 + (tie.reads / most) * 5
        return (
          <g key={`${tie.who} ${tie.rule} ${tie.what}`} className={kind} strokeWidth={strokeWidth}>
            <path d={from ?? ''} />
            <path d={along} />
            <path d={to ?? ''} />
          </g>
        )
      })}
      {line !== undefined && <line className="access-divider" x1={0} x2={WIDTH} y1={line} y2={line} />}
    </g>
  )
}

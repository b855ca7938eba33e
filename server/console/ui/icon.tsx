/** Drawn on 16 by 16, in lines. */
const SHAPES = {
  overview: 'M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5',
  secret: 'M5.5 13.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM7.7 8.3 13 3m-2 2 2 2',
  vault: 'M2.5 3h11v10h-11zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 13v1M11.5 13v1',
  folder: 'M2 4h4l1.5 2H14v7H2z',
  agent: 'M3 6h10v7H3zM8 6V3M6 9.5h.01M10 9.5h.01M8 2.5h.01',
  request: 'M2.5 9.5 4 3h8l1.5 6.5V13h-11zM2.5 9.5h3.2l.8 1.5h3l.8-1.5h3.2',
  share: 'M8 9.5v-7M5.5 5 8 2.5 10.5 5M3.5 8v5.5h9V8',
  log: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  people:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5a4.5 4.5 0 0 1 9 0M10.5 2.8a2.4 2.4 0 0 1 0 4.5M12.5 9.6a4.5 4.5 0 0 1 2 3.9',
  shield: 'M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4z',
  card: 'M2 4h12v8.5H2zM2 7h12M4.5 10h2',
  settings:
    'M2.5 5h6m3 0h2M2.5 11h2m3 0h6M10 6.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM6 12.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z',
  server: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6a5.5 5.5 0 0 1 11 0',
  code: 'M6 3C4 3 5 7 3 8c2 1 1 5 3 5M10 3c2 0 1 4 3 5-2 1-1 5-3 5',
  terminal: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10.5h3',
  switch: 'M3 5.5h10M10.5 3 13 5.5 10.5 8M13 10.5H3M5.5 8 3 10.5 5.5 13',
  leave: 'M9.5 3H3.5v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  unknown: 'M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4v.3M8 13h.01',
} as const

export type IconName = keyof typeof SHAPES

/** A symbol next to a word, never in place of one: screen readers skip it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <span className="icon" aria-hidden="true">
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[name]} />
      </svg>
    </span>
  )
}

interface BadgeProps {
  /** The word in the badge says the same as its colour, which is never the only sign. */
  tone?: 'plain' | 'good' | 'bad' | 'warn'
  children: string
}

/** A word about the state of a thing. */
export function Badge({ tone = 'plain', children }: BadgeProps) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}

/** The meaning of the symbols in the timeline. */
export function Legend() {
  return (
    <ul className="chart-legend">
      <li>
        <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
          <rect className="chart-1" width="12" height="12" />
        </svg>
        reads
      </li>
      <li>
        <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
          <rect className="chart-denied" width="12" height="12" />
          <path className="life-hatch" d="M0 8L8 0M4 12L12 4" />
        </svg>
        denied
      </li>
      <li>
        <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
          <path className="chart-3" d="M6 0l6 6l-6 6l-6 -6z" />
        </svg>
        shared
      </li>
      <li>
        <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
          <circle className="life-rotated" cx="6" cy="6" r="5" />
        </svg>
        rotated
      </li>
    </ul>
  )
}

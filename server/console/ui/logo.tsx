/** The logo: a numeral one that is a claw. Decorative; the name is next to it. The build draws it into `share.html`, too. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <rect className="logo-ground" width="32" height="32" rx="8" />
      <path
        className="logo-claw"
        d="M7.5 13.1C12.6 12.4 15.2 9.6 16.3 5.6h2c4.4 8.1 4 16.6-4.4 22.6 3-5.8 3.4-10.8 1.7-15.4-2.1 1.7-4.7 2.6-8.1 2.8z"
      />
    </svg>
  )
}

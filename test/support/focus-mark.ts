/**
 * Runs in the page: the elements that a keyboard reaches whose focus is not visible. A focused element must have an outline, a border or a
 * stroke that has a contrast of 3:1 with its ground, and that it does not have without the focus, or not of this width, or in a colour that
 * differs by 3:1. It is a text, because tests are compiled without the types of the browser. Press Tab before: a focus set by a script is
 * only shown to people who use the keyboard.
 */
export const UNMARKED = `(() => {
  const REACHED = 'a[href], button, input, select, textarea, summary, [tabindex="0"], [role=treeitem], [data-stop], svg a'
  const root = document.querySelector('dialog[open]') ?? document
  const channels = colour => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number)
  const ground = element => {
    const colour = channels(getComputedStyle(element).backgroundColor)
    return colour[3] === 0 && element.parentElement ? ground(element.parentElement) : colour
  }
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const differ = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05) >= 3
  }
  const marks = each => {
    const style = getComputedStyle(each)
    const behind = ground(parseFloat(style.outlineOffset) < 0 ? each : each.parentElement ?? each)
    const mark = (kind, shape, width, colour) => {
      const drawn = shape !== 'none' && parseFloat(width) >= 1 && channels(colour)[3] !== 0
      return drawn && differ(channels(colour), behind) ? [{ kind, shape, width, colour: channels(colour) }] : []
    }
    return [
      ...mark('outline', style.outlineStyle, style.outlineWidth, style.outlineColor),
      ...mark('border', style.borderTopStyle, style.borderTopWidth, style.borderTopColor),
      ...(each instanceof SVGElement && parseFloat(style.strokeWidth) >= 2 && style.stroke !== 'none' ? mark('stroke', 'solid', style.strokeWidth, style.stroke) : []),
    ]
  }
  const looks = of => of.map(marks)
  return [...root.querySelectorAll(REACHED)].flatMap(each => {
    if (!each.checkVisibility({ visibilityProperty: true }) || each.matches(':disabled, [inert] *, .skip')) return []
    const of = [each, each.closest('.field-frame'), each.nextElementSibling, ...each.querySelectorAll('*')].filter(Boolean).slice(0, 9)
    document.activeElement?.blur()
    const without = looks(of)
    each.focus({ preventScroll: true })
    if (document.activeElement !== each) return []
    const isOld = (mark, at) => without[at].some(old => old.kind === mark.kind && old.shape === mark.shape && old.width === mark.width && !differ(old.colour, mark.colour))
    const isMarked = looks(of).some((now, at) => now.some(mark => !isOld(mark, at)))
    return isMarked ? [] : [each.outerHTML.slice(0, 140)]
  })
})()`

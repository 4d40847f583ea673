// Draws what a program printed as a picture: node tools/terminal-svg.mjs < output.txt > docs/images/demo.svg
// Understands bold, dim and the eight colours of ANSI; lines beyond the width are cut.
const WIDTH = 100
const CELL = { x: 8.4, y: 18 }
const COLOURS = ['#9aa5b1', '#e5735b', '#8fc46b', '#e0b34c', '#6aa9e9', '#c58ae0', '#59c2c0', '#d7dee6']
const MARGIN = 18

let text = ''
process.stdin.setEncoding('utf8')
for await (const chunk of process.stdin) text += chunk

const escaped = (s) => s.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c])
const lines = text.replace(/\s+$/, '').split('\n')

const style = { bold: false, dim: false, colour: -1 }
function apply(codes) {
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) Object.assign(style, { bold: false, dim: false, colour: -1 })
    else if (code === 1) style.bold = true
    else if (code === 2) style.dim = true
    else if (code === 22) Object.assign(style, { bold: false, dim: false })
    else if (code === 39) style.colour = -1
    else if (code >= 30 && code <= 37) style.colour = code - 30
    else if (code >= 90 && code <= 97) style.colour = code - 90
  }
}

/** The pieces of a line that look alike, with the columns where they begin. */
function pieces(line) {
  const found = []
  let column = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const [, codes, plain] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
    if (plain === undefined) {
      apply(codes)
      continue
    }
    const fill = style.colour >= 0 ? COLOURS[style.colour] : style.dim ? '#8391a0' : '#d7dee6'
    const look = `fill="${fill}"${style.bold ? ' font-weight="bold"' : ''}`
    const shown = [...plain].slice(0, Math.max(0, WIDTH - column))
    const last = found.at(-1)
    if (last?.look === look) last.text.push(...shown)
    else found.push({ look, column, text: shown })
    column += [...plain].length
  }
  return found
}

const rows = lines.map((line, row) =>
  pieces(line)
    .filter(({ text: shown }) => shown.some((c) => c.trim()))
    .map(({ look, column, text: shown }) => {
      const x = (MARGIN + column * CELL.x).toFixed(1)
      const y = MARGIN + (row + 1) * CELL.y - 5
      // The length is fixed, so that columns stay in line whatever font is found.
      return `<text x="${x}" y="${y}" textLength="${(shown.length * CELL.x).toFixed(1)}" ${look}>${escaped(shown.join('')).replaceAll(' ', '\u00a0')}</text>`
    })
    .join(''),
)
const [w, h] = [2 * MARGIN + WIDTH * CELL.x, 2 * MARGIN + lines.length * CELL.y]
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
${rows.filter(Boolean).join('\n')}
</svg>`)

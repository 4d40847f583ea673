import type { Mode } from './mode.js'
import type { Option } from './options.js'

const COMMAND = 'npm run demo --'

/** The text of `--help` for one mode, and the list of the others. */
export function helpText(mode: Mode, modes: readonly Mode[]): string {
  const isDefault = mode === modes[0]
  const options = Object.entries({ ...mode.options, ...COMMON }).map(([name, o]) => [
    heading(name, o),
    o.help,
  ])
  const others = modes.filter((other) => other !== mode).map((other) => [other.name, other.summary])
  return [
    mode.summary,
    `Usage:\n  ${COMMAND} ${isDefault ? '' : `${mode.name} `}[options]`,
    `Options:\n${columns(options)}`,
    ...(others.length > 0
      ? [`Other modes (named first, each with its own --help):\n${columns(others)}`]
      : []),
    `Examples:\n${mode.examples.map((line) => `  ${COMMAND} ${line}`).join('\n')}`,
  ].join('\n\n')
}

const COMMON = {
  help: { kind: 'flag', short: 'h', help: 'prints this and ends' },
  version: { kind: 'flag', short: 'v', help: 'prints the version and ends' },
} as const satisfies Record<string, Option>

function heading(name: string, option: Option): string {
  const value = { flag: '', file: ' FILE', choice: '', whole: ' N', positive: ' X' }[option.kind]
  const choices = option.kind === 'choice' ? ` ${option.of.join('|')}` : ''
  return `${option.short ? `-${option.short}, ` : ''}--${name}${value}${choices}`
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

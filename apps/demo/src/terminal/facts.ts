import type { BackendInfo } from '@core/tensor'
import colors from 'picocolors'

/** A part's title, with an empty line above. */
export const heading = (text: string): string => `\n${colors.bold(text)}`

/** A title, and below it what there is to know, each with a name. */
export function facts(title: string, rows: readonly (readonly [name: string, value: string])[]): string {
  return [colors.bold(title), ...rows.map(([name, value]) => `  ${colors.dim(name.padEnd(9))}${value}`)].join(
    '\n',
  )
}

/** Which backend and build computes, as facts. */
export function backendFacts({ name, build, threads, notes }: BackendInfo): [string, string][] {
  const which = `${name}${build ? `, ${build} build` : ''}, ${threads} thread${threads === 1 ? '' : 's'}`
  return [['backend', which], ...notes.map((note): [string, string] => ['', note])]
}

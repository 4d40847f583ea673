import { relative } from 'node:path'

/** The folder of the app, as a URL: right for this file and for the bundle, both one folder below it. */
export const ROOT = new URL('../', import.meta.url)

/** Where the user typed the command: npm changes into the folder of package.json before it runs a script. */
export function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  return (env.npm_lifecycle_event === 'demo' && env.INIT_CWD) || process.cwd()
}

/** A path as a person would write it: relative where it lies below `cwd`. */
export function readable(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short && !short.startsWith('..') ? short : path
}

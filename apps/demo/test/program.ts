import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `npm run demo` starts: bundles, then runs. */
export const START = fileURLToPath(new URL('../start.mjs', import.meta.url))
/** What it bundled, for the many runs that need no new bundle. */
const BUNDLE = fileURLToPath(new URL('../.cache/main.mjs', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  /** Sends `stop` once this has been printed. */
  readonly when?: RegExp
  readonly stop?: NodeJS.Signals
  readonly script?: string
}

/** The program as a child process, in a folder of its own. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'demo-'))

  constructor() {
    writeFileSync(this.path('small.txt'), smallText(400))
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Runs to the end. */
  run(args: readonly string[], { when, stop, script = BUNDLE }: RunOptions = {}): Promise<Ended> {
    const { npm_lifecycle_event: _, ...env } = process.env
    const child = spawn(process.execPath, [script, ...args], { cwd: this.folder, env })
    let stdout = ''
    let stderr = ''
    let sent = false
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part
      if (when && !sent && when.test(stdout)) sent = child.kill(stop)
    })
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part
    })
    return new Promise((done, fail) => {
      child.on('error', fail).on('close', (code) => done({ code, stdout, stderr }))
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** Numbered lines of a few words, about 20 characters each. */
function smallText(lines: number): string {
  const words = ['whale', 'sea', 'ship', 'captain', 'harpoon']
  return Array.from({ length: lines }, (_, i) => `${i} ${words[i % 5]} and ${words[(i * 3) % 4]}\n`).join('')
}

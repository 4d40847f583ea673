import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const START = fileURLToPath(new URL('../start.mjs', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
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

  /** Runs to the end; `stop` is sent as soon as stdout matches `when`. */
  run(args: readonly string[], interrupt?: { when: RegExp; stop: NodeJS.Signals }): Promise<Ended> {
    const { npm_lifecycle_event: _, ...env } = process.env
    const child = spawn(process.execPath, [START, ...args], { cwd: this.folder, env })
    let stdout = ''
    let stderr = ''
    let sent = false
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part
      if (interrupt && !sent && interrupt.when.test(stdout)) sent = child.kill(interrupt.stop)
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
export function smallText(lines: number): string {
  const words = ['whale', 'sea', 'ship', 'captain', 'harpoon']
  return Array.from({ length: lines }, (_, i) => `${i} ${words[i % 5]} and ${words[(i * 3) % 4]}\n`).join('')
}

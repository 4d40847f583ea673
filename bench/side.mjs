import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A side that does not answer for so long is ended, in ms. */
const PATIENCE = 180_000

/** A side: a process that is asked and answers, a line at a time. It is started when first asked. */
export class Side {
  constructor({ who, threads, command, args, env = {}, runs = () => true }) {
    Object.assign(this, { who, threads, command, args, env, runs })
    this.about = { note: '' }
    this.process = null
  }

  /** Its answer; `{ error }` where it does not start, ends, or stays silent. */
  async ask(message) {
    try {
      if (!this.process) {
        this.start()
        this.about = (await this.answer()).ready
      }
      this.process.stdin.write(`${JSON.stringify(message)}\n`)
      return await this.answer()
    } catch (error) {
      this.stop()
      return { error: error.message }
    }
  }

  /** A fresh process' only answer, and the milliseconds until it came. */
  async once(workload) {
    const fresh = new Side({ ...this, args: [...this.args, '--once', workload] })
    const begin = performance.now()
    try {
      fresh.start()
      const answer = await fresh.answer()
      this.about = answer.about ?? this.about
      return { ...answer, ms: performance.now() - begin }
    } catch (error) {
      return { error: error.message }
    } finally {
      fresh.stop()
    }
  }

  start() {
    const { command, args } = this
    const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...this.env } })
    this.complaints = ''
    child.stderr.on('data', (text) => {
      this.complaints = (this.complaints + text).slice(-4000)
    })
    child.on('error', (error) => {
      this.complaints += String(error)
    })
    child.stdin.on('error', () => {}) // the answer that never comes tells
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    this.process = child
  }

  stop() {
    this.process?.stdin.end()
    this.process?.kill()
    this.process = null
  }

  async answer() {
    let silent = false
    const timer = setTimeout(() => {
      silent = true
      this.process.kill('SIGKILL')
    }, PATIENCE)
    try {
      for (;;) {
        const { value, done } = await this.lines.next()
        if (done) throw new Error(silent ? `no answer in ${PATIENCE / 1000} s` : this.complaint())
        if (value.startsWith('{')) return JSON.parse(value) // libraries print greetings
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** The line of its complaints that says most. */
  complaint() {
    const lines = this.complaints.trim().split('\n')
    return `it ended: ${lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)}`
  }
}
